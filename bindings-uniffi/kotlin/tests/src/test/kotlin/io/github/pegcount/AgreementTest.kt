package io.github.pegcount

import io.github.pegcount.jdk.JdkTransport
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
        Sandbox("--seed", "7", "--now", "2026-03-10T09:00:00Z", "--org", "small", "--rate", "0").use { sandbox ->
            val interval = Interval(sandbox.ready["interval"].asText())
            val reports = listOf(
                ConversationsReport(interval, pageSize = 50),
                AggregatesReport("conversations", interval, groupBy = listOf("queueId"), metrics = listOf("nOffered", "tHandle")),
                AggregatesReport("conversations", interval, groupBy = listOf("mediaType"), metrics = listOf("nOffered"), wide = true),
                DirectoryReport("users"),
            )
            folder.resolve("asked.json").writeText("[${reports.joinToString(",") { it.json() }}]")
            python(sandbox)
            Client(sandbox.config(transport = JdkTransport())).use { client ->
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

    private fun python(sandbox: Sandbox) {
        val client = sandbox.ready["clients"]["reporting"]
        val script = """
            import json, pathlib, pegcount
            folder = pathlib.Path("$folder")
            client = pegcount.Client(api_url="${sandbox.ready["api"].asText()}", login_url="${sandbox.ready["login"].asText()}",
                client_id="${client["client_id"].asText()}", client_secret="${client["client_secret"].asText()}", token_store=False)
            for nth, report in enumerate(json.loads((folder / "asked.json").read_text())):
                (folder / str(nth)).mkdir()
                for name, table in client.report(report).read().items():
                    table.to_csv(folder / str(nth) / (name + ".csv"))
        """.trimIndent()
        val process = ProcessBuilder("python", "-c", script).inheritIO().start()
        assertEquals(0, process.waitFor())
    }
}
