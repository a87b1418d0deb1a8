package io.github.pegcount

import io.github.pegcount.jdk.JdkTransport
import io.github.pegcount.okhttp.OkHttpTransport
import java.time.Duration
import java.time.Instant
import kotlin.test.assertContains
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertTrue
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.AfterEach
import org.junit.jupiter.api.Test
import org.junit.jupiter.params.ParameterizedTest
import org.junit.jupiter.params.provider.CsvSource
import org.junit.jupiter.params.provider.ValueSource

/** Reports by job, against the sandbox. */
internal class JobTest {
    private val sandbox = contactCentre()

    /** A day whose last threads are over, and whose data has reached the lake. */
    private val day = Interval("2026-02-27/2026-02-28")

    @AfterEach
    fun close() = sandbox.close()

    private fun client(clock: Clock, transport: Transport = JdkTransport()) = sandbox.client { transport(transport).clock(clock) }

    /** On it waiting takes no time, and the sandbox's clock goes with it. */
    private inner class Together : Clock() {
        private val own = FakeClock()

        override fun monotonic(): Long = own.monotonic()

        override suspend fun pass(milliseconds: Long) {
            sandbox.advance(Duration.ofMillis(milliseconds))
            own.pass(milliseconds)
        }
    }

    /** On it no time passes once a job is waited for: then [waiting] is complete. */
    private inner class Halted : Clock() {
        val waiting = CompletableDeferred<Unit>()
        lateinit var client: Client

        override suspend fun pass(milliseconds: Long) {
            if (client.notices.none { it.kind == "job" }) return super.pass(milliseconds)
            waiting.complete(Unit)
            awaitCancellation()
        }
    }

    private fun jobs() = sandbox.requests().filter { "/details/jobs" in it.path }

    private fun ids(tables: Tables) = ConversationsColumns(tables["conversations"]).conversationId.toSet()

    @Test
    fun `a job gives what the query gives and attributes too`() = client(Together()).use { client ->
        runBlocking {
            val asked = client.conversations(day).read()
            val given = client.conversations(day, via = Via.JOB, pageSize = 50).read()
            assertTrue(asked.table.rowCount > 0)
            assertEquals(ids(asked), ids(given))
            assertEquals(asked["segments"].rowCount, given["segments"].rowCount)
            assertTrue(given["participant_attributes"].rowCount > 0)
            assertEquals(1, jobs().count { it.method == "POST" })
            assertTrue(jobs().count { it.path.endsWith("/results") } > 1)
            val job = client.notices.first { it.kind == "job" }.text.split(" ")[2]
            assertEquals(ids(given), ids(client.conversations(day, job = job).read()))
        }
    }

    @Test
    fun `aggregates by job are those of the query`() = client(Together()).use { client ->
        runBlocking {
            fun rows(tables: Tables) = tables.table.rows().map { it.toString() }.sorted()
            val (by, metrics) = listOf("queueId", "mediaType") to listOf("nOffered", "tHandle")
            val asked = rows(client.aggregates("conversations", day, groupBy = by, metrics = metrics).read())
            val given = rows(client.aggregates("conversations", day, groupBy = by, metrics = metrics, via = Via.JOB).read())
            assertTrue(asked.isNotEmpty())
            assertEquals(asked, given)
        }
    }

    @Test
    fun `availability and cursors`() = client(Together()).use { client ->
        runBlocking {
            val available = AvailabilityColumns(client.availability().read().table)
            assertEquals("conversations", available.of.single())
            val now = Instant.parse(sandbox.control("GET", "/state")["now"].asText())
            assertTrue(available.dataAvailabilityDate.single()!! < now.toEpochMilli())
            val pages = client.call("GET", "/api/v2/routing/queues", pageSize = 2, paging = Paging.NEXT).bodies()
            val found = pages.flatMap { page -> json.readTree(page)["entities"].map { it["id"].asText() } }
            assertEquals(2, pages.size)
            assertEquals(client.directory("queues").read().table.rows().map { it["id"] }.toSet<Any?>(), found.toSet<Any?>())
        }
    }

    @ParameterizedTest
    @CsvSource("job-fails,job.failed", "job-expires,job.expired")
    fun `a job that does not end well`(fault: String, code: String) = client(Together()).use { client ->
        sandbox.fault(fault)
        val ended = assertFailsWith<PegcountException> { runBlocking { client.conversations(day, via = Via.JOB).read() } }
        assertContains(listOf(code, "not_found.entity"), ended.code)
    }

    @Test
    fun `a call may not send more than it was told`() = client(Together()).use { client ->
        val stopped = assertFailsWith<PegcountException.Limit> {
            runBlocking { client.conversations(day, pageSize = 10, maxCalls = 2).read() }
        }
        assertEquals("limit.budget", stopped.code)
        assertEquals(2, sandbox.requests("/details/query").size)
    }

    @ParameterizedTest
    @ValueSource(booleans = [false, true])
    fun `a job that nobody wants is ended on the server`(closing: Boolean) {
        val clock = Halted()
        client(clock, if (closing) OkHttpTransport() else JdkTransport()).use { client ->
            clock.client = client
            runBlocking {
                val reading = launch(Dispatchers.Default) {
                    runCatching { client.conversations(day, via = Via.JOB).read() }
                }
                clock.waiting.await()
                if (closing) client.close() else reading.cancelAndJoin()
            }
        }
        assertEquals("DELETE", jobs().last().method)
    }
}
