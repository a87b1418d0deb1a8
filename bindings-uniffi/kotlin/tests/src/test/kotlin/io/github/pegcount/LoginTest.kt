package io.github.pegcount

import io.github.pegcount.jdk.JdkTransport
import java.net.URI
import java.net.URLEncoder
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpRequest.BodyPublishers
import java.net.http.HttpResponse
import java.net.http.HttpResponse.BodyHandlers
import java.nio.file.Path
import java.util.Base64
import kotlin.test.assertContains
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertNotEquals
import kotlin.test.assertTrue
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.AfterEach
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir

/** Users log in at the sandbox's own page; what the store and a provider are good for. */
internal class LoginTest {
    @TempDir
    lateinit var folder: Path

    private val sandbox = contactCentre()
    private val user = sandbox.ready["user"]
    private val store get() = FileStore(folder.resolve("token.json").toString())

    @AfterEach
    fun close() = sandbox.close()

    private fun client(
        credentials: Credentials? = null,
        store: TokenStore? = null,
        account: String? = null,
        provider: (suspend () -> ClientCredentials)? = null,
    ) = Client(
        Config(
            apiUrl = sandbox.apiUrl,
            loginUrl = sandbox.loginUrl,
            credentials = credentials,
            share = store != null,
            tokenStore = store,
            transport = JdkTransport(),
            account = account,
            provider = provider,
        ),
    )

    private fun id(name: String) = sandbox.ready["clients"][name]["client_id"].asText()

    private fun secret(name: String) = sandbox.ready["clients"][name]["client_secret"].asText()

    private fun login(name: String) =
        Login("http://localhost:8085/callback", clientId = id(name), loginUrl = sandbox.loginUrl)

    private fun me(client: Client) = runBlocking {
        json.readTree(client.call("GET", "/api/v2/users/me").bodies().single())["id"].asText()
    }

    private fun visit(url: String, form: Map<String, String>? = null): HttpResponse<String> {
        val request = HttpRequest.newBuilder(URI(url))
        if (form != null) {
            val fields = form.map { (name, value) -> "$name=${URLEncoder.encode(value, Charsets.UTF_8)}" }
            request.header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(fields.joinToString("&")))
        }
        return browser.send(request.build(), BodyHandlers.ofString())
    }

    /** What a person does at the log-in page. Answers the address at which the browser comes back. */
    private fun walk(url: String, password: String = user["password"].asText()): String {
        val names = Regex("<input[^>]* name=\"(\\w+)\"").findAll(visit(url).body()).map { it.groupValues[1] }.toList()
        assertEquals(listOf("username", "password"), names)
        val filled = mapOf("username" to user["username"].asText(), "password" to password, "decision" to "allow")
        return visit(url, filled).headers().firstValue("Location").get()
    }

    @Test
    fun `a person logs in without a secret`() {
        val login = login("pkce")
        val given = login.finish(walk(login.url))
        client(given).use { client ->
            assertEquals(user["id"].asText(), me(client))
            assertTrue(runBlocking { client.conversations(Interval("last-1h")).read().table.columnNames }.isNotEmpty())
        }
        // The code is good for once.
        val refused = assertFailsWith<PegcountException.Auth> { client(given).use(::me) }
        assertEquals("auth.code_refused", refused.code)
    }

    @Test
    fun `a log-in is found again in the store`() {
        val login = login("pkce")
        client(login.finish(walk(login.url)), store).use(::me)
        assertEquals(user["id"].asText(), client(StoredLogin(id("pkce")), store).use(::me))
        val nobody = FileStore(folder.resolve("other.json").toString())
        val refused = assertFailsWith<PegcountException.Auth> {
            client(StoredLogin(id("pkce")), nobody, account = "other").use(::me)
        }
        assertContains(refused.message!!, "nobody is logged in")
    }

    @Test
    fun `a refresh token is replaced and kept`() {
        fun kept() = json.readTree(store.load())["refresh_token"].asText()
        val login = login("code")
        client(login.finish(walk(login.url), secret("code")), store).use(::me)
        val first = kept()
        sandbox.revokeTokens()
        client(StoredLogin(id("code"), secret("code")), store).use { client ->
            assertEquals(user["id"].asText(), me(client))
            sandbox.revokeTokens()
            assertEquals(user["id"].asText(), me(client))
        }
        assertNotEquals(first, kept())
        sandbox.revokeTokens()
        // Another process: the configured token is long used up, the store has the present one.
        assertEquals(user["id"].asText(), client(RefreshToken(first, id("code"), secret("code")), store).use(::me))
        sandbox.revokeTokens()
        sandbox.revokeRefresh("code")
        val refused = assertFailsWith<PegcountException.Auth> {
            client(StoredLogin(id("code"), secret("code")), store).use(::me)
        }
        assertEquals("auth.refresh_refused", refused.code)
    }

    @Test
    fun `a log-in that is denied, and one of somebody else`() {
        val (theirs, ours) = login("pkce") to login("pkce")
        val denied = assertFailsWith<PegcountException.Auth> { ours.finish(walk(ours.url, password = "wrong")) }
        assertEquals("auth.code_refused", denied.code)
        val strange = assertFailsWith<PegcountException.Auth> { ours.finish(walk(theirs.url)) }
        assertContains(strange.message!!, "state")
    }

    @Test
    fun `a user whom the identity provider asserts`() {
        val assertion = "<a><username>${user["username"].asText()}</username></a>".toByteArray()
        val text = Base64.getUrlEncoder().withoutPadding().encodeToString(assertion)
        val saml = SamlAssertion(text, sandbox.ready["org"].asText(), id("saml"), secret("saml"))
        assertEquals(user["id"].asText(), client(saml).use(::me))
    }

    @Test
    fun `a rotated secret is picked up`() {
        var (secret, asked) = secret("admin") to 0
        val provider: suspend () -> ClientCredentials = {
            asked++
            ClientCredentials(id("admin"), secret)
        }
        client(provider = provider).use { client ->
            fun ask() = runBlocking { client.call("GET", "/api/v2/organizations/me").bodies().single() }
            assertTrue(ask().isNotEmpty())
            secret = sandbox.rotateSecret("admin")
            sandbox.revokeTokens()
            assertTrue(ask().isNotEmpty())
            assertEquals(2, asked)
        }
    }

    @Test
    fun `a provider that fails shows no secret`() {
        client(provider = { throw IllegalStateException("hunter-SECRET") }).use { client ->
            val failed = assertFailsWith<PegcountException.Config> { me(client) }
            assertEquals("config.credentials", failed.code)
            assertContains("$failed${failed.explanation}", "IllegalStateException")
            assertTrue("SECRET" !in "$failed${failed.explanation}${client.notices}")
        }
    }

    private companion object {
        val browser: HttpClient = HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NEVER).build()
    }
}
