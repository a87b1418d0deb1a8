package io.github.pegcount

import io.github.pegcount.testing.Genesys
import java.io.File
import java.io.FileNotFoundException
import java.net.URI
import java.time.Duration
import java.time.Instant
import java.util.Base64
import kotlin.test.assertContains
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertNotEquals
import kotlin.test.assertTrue
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.AfterEach
import org.junit.jupiter.api.Test

/** The contact centre for users' own tests. */
internal class GenesysTest {
    private val genesys = Genesys("--org", "small")

    @AfterEach
    fun close() = genesys.close()

    private fun queues(client: Client): Long = runBlocking { client.directory("queues").read().table.rowCount }

    @Test
    fun `what it can be told`() {
        assertEquals(0, genesys.requests().size)
        val client = genesys.client()
        assertTrue(queues(client) > 0)
        genesys.fault("429", arg = 0)
        queues(client)
        genesys.fault("500", count = 0, path = "/api/v2/routing")
        genesys.clearFaults()
        queues(client)
        genesys.revokeTokens()
        queues(client)
        assertEquals(2, genesys.logins())
        val asked = genesys.requests("/routing/queues")
        assertEquals(listOf(200, 429, 200), asked.take(3).map { it.status })
        assertEquals("reporting", asked.first().client)
        genesys.clearRequests()
        assertEquals(0, genesys.requests().size)
        val old = genesys.environment()["GENESYSCLOUD_OAUTHCLIENT_SECRET"]
        assertNotEquals(old, genesys.rotateSecret())
        genesys.revokeTokens()
        assertFailsWith<PegcountException.Auth> { queues(client) }
        assertTrue(queues(genesys.client()) > 0)
        genesys.revokeRefresh("code")
        genesys.limit(0)
        genesys.reset()
        assertEquals(old, genesys.environment()["GENESYSCLOUD_OAUTHCLIENT_SECRET"])
        assertEquals(0, genesys.requests().size)
    }

    @Test
    fun `the clock, the faults and the log`() {
        genesys.setClock(Instant.parse("2030-01-01T00:00:00Z"))
        assertContains(genesys.control("GET", "/state")["now"].asText(), "2030-01-01T00:00:0")
        genesys.fault("429", arg = 3, count = 0, path = "/api/v2/routing")
        val on = genesys.faults().single()
        assertEquals(listOf("429", 3L, null, "/api/v2/routing"), listOf(on.name, on.arg, on.left, on.path))
        genesys.clearFaults()
        assertEquals(0, genesys.faults().size)
        genesys.limitLogins(1)
        assertTrue(queues(genesys.client()) > 0)
        val refused = assertFailsWith<PegcountException> {
            queues(genesys.client("admin") { deadlineMs(1_000) })
        }
        assertContains(refused.message!!, "rate limit exceeded")
        genesys.limitLogins(0)
        repeat(1_100) { assertFailsWith<FileNotFoundException> { URI("${genesys.apiUrl}/nowhere").toURL().readBytes() } }
        assertEquals(1_100, genesys.requests("/nowhere").size)
    }

    @Test
    fun `what a client may`() {
        val client = genesys.client()
        val everywhere = queues(client)
        genesys.divisions("reporting", listOf("EMEA"))
        assertTrue(queues(client) in 1 until everywhere)
        genesys.divisions("reporting", null)
        val role = listOf("routing:queue:view", "routing:queue:search")
        genesys.permissions("reporting", remove = role, after = Duration.ofMinutes(5))
        assertEquals(everywhere, queues(client))
        genesys.advance(Duration.ofMinutes(5))
        val refused = assertFailsWith<PegcountException.Forbidden> { queues(client) }
        assertContains(refused.explanation.missing, "routing:queue:view")
        genesys.permissions("reporting", add = role)
        assertEquals(everywhere, queues(client))
    }

    @Test
    fun `what a client may for a user`() {
        val assertion = "<Assertion>${genesys.ready["user"]["username"].asText()}</Assertion>".toByteArray()
        val text = Base64.getUrlEncoder().withoutPadding().encodeToString(assertion)
        val (id, secret) = listOf("client_id", "client_secret").map { genesys.ready["clients"]["saml"][it].asText() }
        val saml = SamlAssertion(text, genesys.ready["org"].asText(), id, secret)
        val asked = { queues(genesys.client("saml") { credentials(saml) }) }
        genesys.scopes("saml", listOf("analytics", "user-basic-info"))
        val everywhere = asked()
        genesys.enforceScopes()
        assertEquals("forbidden.scope", assertFailsWith<PegcountException.Forbidden> { asked() }.code)
        genesys.scopes("saml", listOf("routing:readonly"))
        assertEquals(everywhere, asked())
        genesys.scopes("saml", emptyList())
        genesys.enforceScopes(false)
        assertEquals(everywhere, asked())
    }

    @Test
    fun `a token dies of being left alone`() {
        genesys.tokenLife(Duration.ofHours(1), idle = Duration.ofMinutes(1))
        val client = genesys.client()
        queues(client)
        genesys.advance(Duration.ofMinutes(2))
        queues(client)
        assertEquals(2, genesys.logins())
    }

    @Test
    fun `what it made is closed with it`() {
        val client = genesys.client("admin") { maxCalls(1) }
        genesys.close()
        assertFailsWith<IllegalStateException> { queues(client) }
    }

    @Test
    fun `what does not exist is told`() {
        assertContains(assertFailsWith<IllegalArgumentException> { genesys.fault("teapot") }.message!!, "unknown fault `teapot`")
        val nobody = assertFailsWith<IllegalArgumentException> { genesys.client("nobody") }
        assertContains(nobody.message!!, "no client is called nobody; known are ")
        val options = assertFailsWith<IllegalStateException> { Genesys("--org", "gigantic") }
        assertEquals("the sandbox ended with 2: --org gigantic", options.message)
    }

    @Test
    fun `without the program a test hears how to get it`() {
        val java = File(System.getProperty("java.home"), "bin/java").path
        val alone = ProcessBuilder(java, "-cp", System.getProperty("java.class.path"), "io.github.pegcount.AloneKt")
        alone.environment().clear()
        val process = alone.redirectErrorStream(true).start()
        assertContains(process.inputReader().readText(), "pegcount-sandbox was not found: `pip install pegcount-sandbox` puts it on")
        assertEquals(1, process.waitFor())
    }
}
