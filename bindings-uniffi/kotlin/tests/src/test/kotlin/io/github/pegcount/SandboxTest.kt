package io.github.pegcount

import io.github.pegcount.jdk.JdkTransport
import io.github.pegcount.okhttp.OkHttpTransport
import java.util.concurrent.TimeUnit
import kotlin.test.assertContains
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertIs
import kotlin.test.assertNotNull
import kotlin.test.assertTrue
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.AfterEach
import org.junit.jupiter.api.Test
import org.junit.jupiter.params.ParameterizedTest
import org.junit.jupiter.params.provider.CsvSource

/** Real HTTP against the sandbox, with each transport. */
internal abstract class SandboxTest {
    abstract fun transport(): Transport

    private val sandbox = contactCentre()

    @AfterEach
    fun close() = sandbox.close()

    private fun client(name: String = "reporting", credentials: Credentials = sandbox.credentials(name), clock: Clock = Clock()) =
        sandbox.client(name) { transport(transport()).credentials(credentials).clock(clock) }

    private fun refused(act: suspend () -> Unit): PegcountException =
        assertFailsWith<PegcountException> { runBlocking { act() } }

    @Test
    fun `pages come one by one and read at once`() = runBlocking {
        client().use { client ->
            val pages = client.conversations(sandbox.interval, pageSize = 50)
            assertEquals(0, sandbox.requests("").size, "nothing is sent before it is asked for")
            val rows = pages.toList().sumOf { it.tables["conversations"].rowCount }
            val summary = assertNotNull(pages.summary)
            assertTrue(summary.pages >= 4)
            assertEquals(summary.items, rows)
            assertEquals(summary.pages, pages.requestIds.size.toLong())
            pages.read().use { tables ->
                assertEquals(rows, tables.table.rowCount)
                val columns = ConversationsColumns(tables.table)
                assertEquals(rows, columns.conversationId.toSet().size.toLong())
                assertTrue(columns.conversationStart.filterNotNull().size.toLong() == rows)
                assertEquals(columns.conversationId[3], tables.table.rows()[3]["conversation_id"])
                val segments = tables["segments"]
                assertEquals(segments.columnNames, segments.csv().decodeToString().lineSequence().first().split(","))
                assertEquals(segments.rowCount + 1, segments.ndjson().decodeToString().lines().size.toLong())
            }
        }
    }

    @Test
    fun `a page is not fetched before the one at hand is done with`() = runBlocking {
        client().use { client ->
            client.conversations(sandbox.interval, pageSize = 10).first()
            assertEquals(1, sandbox.requests("/details/query").size)
        }
    }

    @Test
    fun `a token that dies in the middle is renewed`() = runBlocking {
        client().use { client ->
            var pages = 0
            client.conversations(sandbox.interval, pageSize = 50).collect {
                if (pages++ == 0) sandbox.revokeTokens()
            }
            assertTrue(pages >= 4)
            assertEquals(2, client.notices.count { it.kind == "minted" })
            assertEquals(1, client.notices.count { it.kind == "token_refused" })
        }
    }

    @Test
    fun `a limit is waited for`() = runBlocking {
        client(clock = FakeClock()).use { client ->
            sandbox.fault("429", arg = 5)
            assertTrue(client.directory("queues").read().table.rowCount > 0)
            val notice = client.notices.single { it.kind == "limit" }
            assertTrue(notice.wait!! >= 5_000)
        }
    }

    @Test
    fun `who may everything`() = runBlocking {
        for (name in listOf("reporting", "admin")) {
            client(name).use { assertTrue(it.conversations(sandbox.interval).read().table.rowCount > 0) }
        }
    }

    @Test
    fun `a role without analytics`() = client("no-analytics").use { client ->
        val error = refused { client.conversations(sandbox.interval).read() }
        assertIs<PegcountException.Forbidden>(error)
        assertEquals("forbidden.permission", error.code)
        assertEquals(403, error.status)
        assertContains(error.explanation.missing, "analytics:conversationDetail:view")
        assertNotNull(error.requestId)
        assertContains(error.message!!, "[forbidden.permission]")
    }

    @Test
    fun `a role in one division`() = runBlocking {
        val everywhere = client("admin").use { it.directory("queues").read().table.rowCount }
        val here = client("emea-only").use { it.directory("queues").read().table.rowCount }
        assertTrue(here in 1 until everywhere)
    }

    @ParameterizedTest
    @CsvSource("disabled,auth.disabled_client", "wrong-grant,auth.wrong_grant")
    fun `clients that cannot log in`(name: String, code: String) = client(name).use { client ->
        val error = refused { client.conversations(sandbox.interval).read() }
        assertIs<PegcountException.Auth>(error)
        assertEquals(code, error.code)
    }

    @Test
    fun `a secret that is wrong is not told`() {
        val id = sandbox.credentials("reporting").id
        client(credentials = ClientCredentials(id, "hunter-SECRET")).use { client ->
            val error = refused { client.directory("queues").read() }
            assertEquals("auth.wrong_secret", error.code)
            assertTrue("SECRET" !in "$error${error.explanation}$client${client.notices}")
        }
    }

    @Test
    fun `many coroutines share one log-in`() = runBlocking {
        client().use { client ->
            val read = (1..16).map { async(Dispatchers.Default) { client.directory("queues").read().table.rowCount } }
            assertEquals(1, read.awaitAll().toSet().size)
            assertEquals(1, client.notices.count { it.kind == "minted" })
        }
    }

    @Test
    fun `whoever stops waiting ends the exchange`() = runBlocking {
        StandIn().use { server ->
            server.queue.add(server.hang())
            Client(server.config(transport())).use { client ->
                val waiting = launch(Dispatchers.Default) { client.directory("queues").read() }
                while (server.requests.none { it.startsWith("GET") }) Thread.onSpinWait()
                waiting.cancelAndJoin()
                assertTrue(server.givenUp.await(20, TimeUnit.SECONDS), "the connection stays open")
            }
        }
    }

    @Test
    fun `closing ends those who wait`() {
        StandIn().use { server ->
            server.queue.add(server.hang())
            val client = Client(server.config(transport()))
            val error = refused {
                runBlocking(Dispatchers.Default) {
                    launch {
                        while (server.requests.none { it.startsWith("GET") }) Thread.onSpinWait()
                        client.close()
                    }
                    client.directory("queues").read()
                }
            }
            assertIs<PegcountException.Cancelled>(error)
            assertFailsWith<IllegalStateException> { runBlocking { client.directory("queues").read() } }
            client.close()
        }
    }

    @ParameterizedTest
    @CsvSource(
        "forbidden-policy,forbidden.policy", "ip,auth.ip_not_allowed", "html,network.proxy",
        "retry-after,limit.deferred", "huge,limit.answer_too_large", "gzip-bomb,limit.answer_too_large",
        "503,server.unavailable", "500,server.fault", "reset-before,network.broken", "hang,network.timeout",
    )
    fun `a fault that does not end`(fault: String, code: String) {
        val timeout = if (fault == "hang") 300L else null
        sandbox.client { transport(transport()).timeoutMs(timeout).maxBody(1 shl 20).clock(FakeClock()) }.use { client ->
            sandbox.fault(fault, count = 0)
            val error = refused { client.call("GET", "/api/v2/routing/queues").bodies() }
            assertEquals(code, error.code)
            assertEquals(code, error.explanation.code)
        }
    }

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        value = [
            "<html><title>Sign in</title></html>|Content-Type: text/html|network.proxy",
            """{"conversations":[{"conversationId":|X: 1|answer.truncated""",
            "nonsense|X: 1|answer.not_json",
            "\"text\"|X: 1|answer.unexpected",
            "{}|Retry-After: 86400|limit.deferred",
        ],
    )
    fun `answers that are none`(body: String, header: String, code: String) = StandIn().use { server ->
        val status = if (header.startsWith("Retry")) "429 Too Many Requests" else "200 OK"
        repeat(12) { server.queue.add(StandIn.saying(StandIn.answer(body, status, header))) }
        refusedBy(server, code)
    }

    @Test
    fun `bytes that are no text`() = StandIn().use { server ->
        server.queue.add(StandIn.saying(StandIn.answer(byteArrayOf(-1, -1, 123, 125))))
        refusedBy(server, "answer.not_json")
    }

    @Test
    fun `an answer that stops in the middle`() = StandIn().use { server ->
        repeat(12) { server.queue.add(StandIn.stopping("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{".toByteArray())) }
        refusedBy(server, "network.broken")
    }

    @Test
    fun `a transport repeats nothing of its own accord`() = StandIn().use { server ->
        repeat(50) {
            server.queue.add(StandIn.saying(StandIn.answer("{}", "503 Service Unavailable", "Retry-After: 0")))
        }
        Client(server.config(transport())).use { client ->
            val error = refused { client.call("GET", "/api/v2/organizations/me").bodies() }
            assertEquals("server.unavailable", error.code)
            assertEquals(server.requests.count { it.startsWith("GET") }.toLong(), error.attempts)
        }
    }

    private fun refusedBy(server: StandIn, code: String) {
        Client(server.config(transport())).use { client ->
            val evening = Interval("2026-03-09T20:00Z/2026-03-09T21:00Z")
            val error = refused { client.conversations(evening).read() }
            assertEquals(code, error.code)
            assertTrue("SECRET" !in "$error${error.explanation}${client.notices}")
        }
    }
}

internal class JdkTest : SandboxTest() {
    override fun transport() = JdkTransport()
}

internal class OkHttpTest : SandboxTest() {
    override fun transport() = OkHttpTransport()
}
