package io.github.pegcount

import io.github.pegcount.jdk.JdkTransport
import io.github.pegcount.testing.Genesys
import java.io.File
import java.nio.file.Path
import kotlin.io.path.writeText
import kotlin.test.assertContentEquals
import kotlin.test.assertEquals
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir

/** The same reports yield the same tables as in Python, byte for byte. */
class AgreementTest {
    @TempDir
    lateinit var folder: Path

    @Test
    fun `tables agree with Python`() {
        contactCentre().use { sandbox ->
            val interval = sandbox.interval
            val reports = listOf(
                ConversationsReport(interval, pageSize = 50),
                AggregatesReport("conversations", interval, groupBy = listOf("queueId"), metrics = listOf("nOffered", "tHandle")),
                AggregatesReport("conversations", interval, groupBy = listOf("mediaType"), metrics = listOf("nOffered"), wide = true),
                DirectoryReport("users"),
            )
            folder.resolve("asked.json").writeText("[${reports.joinToString(",") { it.json() }}]")
            python(sandbox)
            sandbox.client { transport(JdkTransport()) }.use { client ->
                for ((nth, report) in reports.withIndex()) {
                    val tables = runBlocking { client.report(report).read() }
                    val theirs = File("$folder/$nth").list()!!.map { it.substringBeforeLast('.') }.toSet()
                    assertEquals(theirs, tables.map { it.name }.toSet())
                    for (table in tables) {
                        assertContentEquals(File("$folder/$nth/${table.name}.csv").readBytes(), table.csv(), table.name)
                    }
                }
            }
        }
    }

    private fun python(sandbox: Genesys) {
        val script = """
            import json, pathlib, pegcount
            folder = pathlib.Path("$folder")
            client = pegcount.Client(token_store=False)
            for nth, report in enumerate(json.loads((folder / "asked.json").read_text())):
                (folder / str(nth)).mkdir()
                for name, table in client.report(report).read().items():
                    table.to_csv(folder / str(nth) / (name + ".csv"))
        """.trimIndent()
        val program = ProcessBuilder("python", "-c", script).inheritIO()
        program.environment().putAll(sandbox.environment())
        assertEquals(0, program.start().waitFor())
    }
}
