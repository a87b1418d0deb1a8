package io.github.pegcount

import io.github.pegcount.core.tokenPath
import io.github.pegcount.jdk.JdkTransport
import io.github.pegcount.testing.Genesys
import java.io.File
import java.nio.file.Files
import java.nio.file.Path
import java.nio.file.attribute.PosixFilePermissions
import java.util.concurrent.Callable
import java.util.concurrent.Executors
import kotlin.test.assertEquals
import kotlin.test.assertNull
import kotlin.test.assertTrue
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir

/** The token file, which many processes and languages share. */
class StoreTest {
    @TempDir
    lateinit var folder: Path

    private val path get() = folder.resolve("deep/token.json")

    private fun store() = FileStore(path.toString())

    @Test
    fun `the four operations`() {
        val store = store()
        assertNull(store.load())
        assertEquals("one", store.lock("one", null))
        assertEquals("one", store.lock("two", null))
        assertEquals("one", store.lock("two", "three"))
        assertEquals("two", store.lock("two", "one"))
        store.unlock("one")
        assertEquals("two", store.lock("three", null))
        store.unlock("two")
        assertEquals("three", store.lock("three", null))
        store.save("record")
        store.save("another")
        assertEquals("another", store.load())
        assertEquals(setOf("token.json", "token.json.lock"), path.parent.toFile().list()!!.toSet())
        val modes = listOf(path, path.parent).map { PosixFilePermissions.toString(Files.getPosixFilePermissions(it)) }
        assertEquals(listOf("rw-------", "rwx------"), modes)
        assertTrue(store.clear())
        assertTrue(!store.clear())
    }

    @Test
    fun `of many who lock at once one holds the lock`() {
        val threads = Executors.newFixedThreadPool(8)
        val holders = threads.invokeAll((1..64).map { owner -> Callable { store().lock("$owner", null) } }).map { it.get() }
        threads.shutdown()
        assertEquals(setOf(path.resolveSibling("token.json.lock").toFile().readText()), holders.toSet())
    }

    @Test
    fun `a store that fails means no sharing`() {
        contactCentre().use { sandbox ->
            val broken = FileStore("/proc/none/token.json")
            sandbox.client { transport(JdkTransport()).share(true).tokenStore(broken) }.use { client ->
                assertTrue(runBlocking { client.directory("queues").read().table.rowCount } > 0)
                assertTrue(client.notices.any { it.kind == "store" })
            }
        }
    }

    @Test
    fun `a file that is open to others is not used`() {
        contactCentre().use { sandbox ->
            fun ask() = sandbox.client { transport(JdkTransport()).share(true).tokenStore(store()) }.use { client ->
                runBlocking { client.directory("queues").read() }
                client.notices
            }
            ask()
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-r--r--"))
            val (told, minted) = ask()
            assertEquals(listOf("store", "minted"), listOf(told.kind, minted.kind))
            assertTrue("$path has mode 0644, which lets others at the token: chmod 600 $path" in told.text, told.text)
            val token = Regex("\"access_token\":\"([^\"]+)\"").find(path.toFile().readText())!!.groupValues[1]
            assertTrue(token !in told.text)
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"))
            assertEquals(listOf("shared"), ask().map { it.kind })
        }
    }

    @Test
    fun `a log-in is shared with Python`() {
        contactCentre().use { sandbox ->
            fun kotlin(): Pair<Long, List<String>> =
                sandbox.client { transport(JdkTransport()).share(true).tokenStore(store()) }.use { client ->
                    runBlocking { client.directory("queues").read().table.rowCount } to client.notices.map { it.kind }
                }
            val (rows, first) = kotlin()
            assertEquals(listOf("minted"), first)
            assertEquals("$rows ['shared']", python(sandbox))
            store().clear()
            assertEquals("$rows ['minted']", python(sandbox))
            assertEquals(rows to listOf("shared"), kotlin())
            assertTrue(!File("$path.lock").exists())
        }
    }

    @Test
    fun `the default path is the one of Python`() {
        val folder = run("import pegcount.store as s; print(s.folder('cache'))")
        assertEquals("$folder/key.json", tokenPath("key"))
    }

    private fun python(sandbox: Genesys): String = run(
        """
        import pegcount
        client = pegcount.Client(token_store="$path")
        print(len(client.directory("queues").read().table), [notice.kind for notice in client.notices])
        """.trimIndent(),
        sandbox.environment(),
    )

    private fun run(script: String, environment: Map<String, String> = emptyMap()): String {
        val program = ProcessBuilder("python", "-c", script).redirectError(ProcessBuilder.Redirect.INHERIT)
        program.environment().putAll(environment)
        val process = program.start()
        return process.inputReader().readText().trim().also { assertEquals(0, process.waitFor()) }
    }
}
