package io.github.pegcount

import java.io.ByteArrayInputStream
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertNull
import kotlin.test.assertTrue
import org.apache.arrow.memory.RootAllocator
import org.apache.arrow.vector.TimeStampVector
import org.apache.arrow.vector.VarCharVector
import org.apache.arrow.vector.ipc.ArrowFileReader
import org.apache.arrow.vector.ipc.ArrowStreamReader
import org.apache.arrow.vector.util.ByteArrayReadableSeekableByteChannel
import org.junit.jupiter.api.Test

/** Bytes become tables, without a network. */
class TablesTest {
    private val body = """
        {"conversations":[
          {"conversationId":"a","conversationStart":"2026-03-09T10:00:00.000Z","participants":[
            {"participantId":"p","participantName":"Zoë \"Z\" 👩🏽‍💻","purpose":"customer"},{"participantId":"q"}]},
          {"conversationId":"b","divisionIds":["x",null,"y"],"mediaStatsMinConversationMos":4.5}
        ],"totalHits":2}
    """.trimIndent().toByteArray()

    private fun tables() = Pegcount.decode(ConversationsReport(), body)

    @Test
    fun `columns are typed`() = tables().use { tables ->
        val conversations = ConversationsColumns(tables["conversations"])
        assertEquals(listOf("a", "b"), conversations.conversationId.toList())
        assertEquals(listOf(1_773_050_400_000, null), conversations.conversationStart.toList())
        assertEquals(listOf(1_773_050_400_000, -1), conversations.conversationStart.toArray(-1).toList())
        assertEquals(listOf(null, listOf("x", null, "y")), conversations.divisionIds.map { it?.ifEmpty { null } })
        assertEquals(4.5, conversations.mediaStatsMinConversationMos[1])
        assertTrue(conversations.mediaStatsMinConversationMos.toArray()[0].isNaN())
        assertTrue(!conversations.conversationEnd.has(0))
        assertFailsWith<IndexOutOfBoundsException> { conversations.conversationId[2] }
        val participants = ParticipantsColumns(tables["participants"])
        assertEquals(listOf("Zoë \"Z\" 👩🏽‍💻", null), participants.participantName.toList())
    }

    @Test
    fun `rows and text agree with the columns`() = tables().use { tables ->
        val table = tables["participants"]
        assertEquals(2, table.rowCount)
        val row = table.rows().first()
        assertEquals(table.columnNames, row.keys.toList())
        assertEquals("Zoë \"Z\" 👩🏽‍💻", row["participant_name"])
        assertEquals(row["participant_name"], json.readTree(table.ndjson().decodeToString().lines()[0])["participant_name"].asText())
        assertTrue("\"Zoë \"\"Z\"\" 👩🏽‍💻\"" in table.csv().decodeToString())
        assertEquals(table.csv().size, table.csv(header = false).size + table.columnNames.joinToString(",").length + 2)
    }

    @Test
    fun `arrow-vector reads both formats`() = tables().use { tables ->
        val table = tables["conversations"]
        RootAllocator().use { memory ->
            ArrowStreamReader(ByteArrayInputStream(table.ipc()), memory).use { reader ->
                assertTrue(reader.loadNextBatch())
                val root = reader.vectorSchemaRoot
                assertEquals(table.columnNames, root.schema.fields.map { it.name })
                assertEquals("b", (root.getVector("conversation_id") as VarCharVector).getObject(1).toString())
                assertEquals(1_773_050_400_000, (root.getVector("conversation_start") as TimeStampVector)[0])
                assertNull(root.getVector("conversation_start").getObject(1))
            }
            ArrowFileReader(ByteArrayReadableSeekableByteChannel(table.ipcFile()), memory).use { reader ->
                assertTrue(reader.loadNextBatch())
                assertEquals(table.rowCount, reader.vectorSchemaRoot.rowCount.toLong())
            }
        }
    }

    @Test
    fun `a table is read once, and what there is not is said`() = tables().use { tables ->
        val table = tables["sessions"]
        assertEquals(table, tables.first { it.name == "sessions" })
        assertEquals("conversations", tables.table.name)
        assertFailsWith<NoSuchElementException> { tables["segmnts"] }
        val refused = assertFailsWith<PegcountException.Query> { tables().use { it["segmnts"] } }
        assertTrue("segments" in refused.text)
    }

    @Test
    fun `a closed table says so`() {
        val table = tables()["conversations"]
        table.close()
        table.close()
        assertFailsWith<IllegalStateException> { table.csv() }
        assertFailsWith<IllegalStateException> { table.columns }
    }

    @Test
    fun `bytes that are no answer are refused`() {
        for (hostile in listOf("", "null", "[1]", "{\"conversations\":[", "{\"conversations\":{}}", "[".repeat(100_000), "\u0000")) {
            assertFailsWith<PegcountException.Answer>(hostile.take(20)) {
                Pegcount.decode(ConversationsReport(), hostile.toByteArray()).use(Tables::table)
            }
        }
    }
}
