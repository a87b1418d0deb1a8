package io.github.pegcount

import io.github.pegcount.jdk.JdkTransport
import java.io.File
import kotlin.math.abs
import kotlin.test.assertNotNull
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Test

/** Ten thousand calls leave memory where it was. */
class MemoryTest {
    /** Kilobytes in use: of the Java heap, and of everything beside it. */
    private fun memory(): Pair<Long, Long> {
        System.gc()
        val runtime = Runtime.getRuntime()
        val resident = File("/proc/self/status").readLines().first { it.startsWith("VmRSS") }.filter(Char::isDigit).toLong()
        return (runtime.totalMemory() - runtime.freeMemory()) / 1024 to resident - runtime.totalMemory() / 1024
    }

    /** What is left once the cleaner, a thread that follows the collector, has nothing more to do. */
    private fun settled(): Pair<Long, Long> {
        val last = ArrayDeque<Pair<Long, Long>>()
        while (true) {
            last.addLast(memory())
            if (last.size > 10) last.removeFirst()
            if (last.size == 10 && last.all { abs(it.first - last[0].first) < 200 && abs(it.second - last[0].second) < 200 }) return last[0]
        }
    }

    @Test
    fun `ten thousand calls`(): Unit = contactCentre().use { sandbox ->
        sandbox.client { transport(JdkTransport()).pace(1_000_000) }.use { client ->
            fun calls(number: Int) = runBlocking {
                // Tables that nobody closes are the collector's.
                repeat(number) { client.directory("queues").toList().forEach { page -> page.table.rowCount } }
            }
            calls(10_000)
            val before = settled()
            calls(10_000)
            // As often as the cleaner may need; what leaks never comes back.
            val readings = generateSequence(::memory).take(500)
            val after = readings.firstOrNull { it.first < before.first + 10_000 && it.second < before.second + 40_000 }
            println("memory before ten thousand calls: $before kB (heap, rest), after: $after kB")
            assertNotNull(after, "$before kB became ${memory()} kB")
        }
    }
}
