package io.github.pegcount

import io.github.pegcount.jdk.JdkTransport
import java.io.File
import kotlin.test.assertTrue
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Test

/** Ten thousand calls leave memory where it was. */
class MemoryTest {
    private fun resident(): Long {
        repeat(3) { System.gc() }
        return File("/proc/self/status").readLines().first { it.startsWith("VmRSS") }.filter(Char::isDigit).toLong()
    }

    @Test
    fun `ten thousand calls`() = Sandbox("--seed", "7", "--now", "2026-03-10T09:00:00Z", "--org", "small", "--rate", "0").use { sandbox ->
        val config = sandbox.config(transport = JdkTransport()).let {
            Config(apiUrl = it.apiUrl, loginUrl = it.loginUrl, credentials = it.credentials, share = false, transport = it.transport, pace = 1_000_000)
        }
        Client(config).use { client ->
            fun calls(number: Int) = runBlocking {
                // Tables that nobody closes are the collector's.
                repeat(number) { client.directory("queues").toList().forEach { page -> page.table.rowCount } }
            }
            calls(2_000)
            val before = resident()
            calls(10_000)
            val after = resident()
            println("memory before ten thousand calls: $before kB, after: $after kB")
            assertTrue(after < before * 1.2 + 20_000, "$before kB became $after kB")
        }
    }
}
