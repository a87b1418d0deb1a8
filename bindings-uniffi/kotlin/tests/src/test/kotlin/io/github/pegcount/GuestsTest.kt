package io.github.pegcount

import io.github.pegcount.jdk.JdkTransport
import java.lang.reflect.Proxy
import java.util.concurrent.CompletableFuture
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertTrue
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Test
import org.junit.jupiter.params.ParameterizedTest
import org.junit.jupiter.params.provider.CsvSource

/** Stores, providers and transports of users' own: whatever they answer or throw, no order stays without an answer. */
class GuestsTest {
    /** A store as Java can write it: where Kotlin knows of no null, it may answer one. */
    private fun store(answer: (String, Array<out Any?>) -> Any?): TokenStore {
        val kinds = arrayOf(TokenStore::class.java)
        return Proxy.newProxyInstance(javaClass.classLoader, kinds) { _, method, given ->
            answer(method.name, given ?: emptyArray())
        } as TokenStore
    }

    private fun queues(client: Client) = runBlocking { client.directory("queues").read().table.rowCount }

    // What nobody answers would be waited for without end.
    private fun Config.Builder.bounded() = deadlineMs(20_000)

    @ParameterizedTest
    @CsvSource(
        "load, NoClassDefFoundError",
        "lock, NoClassDefFoundError",
        "save, NoClassDefFoundError",
        "unlock, NoClassDefFoundError",
        "lock, lock gave null: who holds the lock was expected",
    )
    fun `a store that answers wrongly is told and the report goes on`(wrong: String, why: String) {
        val store = store { method, given ->
            when {
                method != wrong -> if (method == "lock") given[0] else null
                why == "NoClassDefFoundError" -> throw NoClassDefFoundError("tok-SECRET")
                else -> null
            }
        }
        contactCentre().use { sandbox ->
            val client = sandbox.client { transport(JdkTransport()).share(true).tokenStore(store).bounded() }
            assertTrue(queues(client) > 0)
            assertEquals(queues(client), queues(client))
            // The lock is given back while the report goes on.
            client.close()
            val told = client.notices.filter { it.kind == "store" }.map { it.text }
            assertTrue(told.any { why in it }, "$told")
            assertTrue(told.none { "SECRET" in it }, "$told")
        }
    }

    @Test
    fun `a provider whose library is missing`() {
        contactCentre().use { sandbox ->
            val config = Config.builder().apiUrl(sandbox.apiUrl).loginUrl(sandbox.loginUrl).share(false).bounded()
                .transport(JdkTransport()).provider { throw NoClassDefFoundError("hunter-SECRET") }
            Client(config.build()).use { client ->
                repeat(2) {
                    val failed = assertFailsWith<PegcountException.Config> { queues(client) }
                    assertEquals("config.credentials", failed.code)
                    assertTrue("NoClassDefFoundError" in failed.explanation.toString())
                    assertTrue("SECRET" !in "$failed${failed.explanation}${client.notices}")
                }
            }
        }
    }

    @Test
    fun `a transport whose library is missing`() {
        val broken = object : Transport {
            override fun send(request: Request): CompletableFuture<Response> = throw NoClassDefFoundError("tok-SECRET")
        }
        contactCentre().use { sandbox ->
            sandbox.client { transport(broken).clock(FakeClock()) }.use { client ->
                val failed = assertFailsWith<PegcountException.Network> { queues(client) }
                assertEquals("network.broken", failed.code)
                assertTrue("NoClassDefFoundError" in "$failed${failed.explanation}${client.notices}")
                assertTrue("SECRET" !in "$failed${failed.explanation}${client.notices}")
            }
        }
    }
}
