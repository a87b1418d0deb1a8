package io.github.pegcount

import io.github.pegcount.core.Session
import io.github.pegcount.jdk.JdkTransport
import java.io.File
import java.util.zip.ZipFile
import kotlin.test.assertContains
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertIs
import kotlin.test.assertTrue
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Test
import org.junit.jupiter.params.ParameterizedTest
import org.junit.jupiter.params.provider.CsvSource

/** What is there, what is refused, and what is never shown. */
class SurfaceTest {
    private val credentials = ClientCredentials("id", "hunter-SECRET")

    private fun config(region: String? = "eu_west_1", credentials: Credentials? = this.credentials, timeoutMs: Long? = null) =
        Config(region = region, credentials = credentials, timeoutMs = timeoutMs, share = false, transport = JdkTransport())

    @Test
    fun `settings that cannot be meant`() {
        val wrong = mapOf(
            config(region = "eu-wets-1") to "config.region",
            config(credentials = null) to "config.credentials",
            config(credentials = ClientCredentials("a", "hunter\nSECRET")) to "config.credentials",
            config(timeoutMs = 0) to "config.value",
            config(timeoutMs = -1) to "config.value",
            Config(credentials = credentials, profile = "absent") to "config.profile",
            Config(credentials = credentials, apiUrl = "http://api.mypurecloud.ie") to "config.value",
        )
        for ((config, code) in wrong) {
            val error = assertFailsWith<PegcountException.Config>(code) { Client(config) }
            assertEquals(code, error.code)
            assertTrue("hunter" !in "$error${error.explanation}$config")
        }
    }

    @ParameterizedTest
    @CsvSource(
        "2026-03-10/2026-03-09,,,query.interval", "sometime,,,query.interval", ",,,query.interval",
        "yesterday,1000,,query.paging", "yesterday,,mediaTyp,query.dimension",
    )
    fun `questions that cannot be meant`(interval: String?, pageSize: Int?, dimension: String?, code: String) {
        val where = dimension?.let { mapOf(it to "voice") }
        val report = ConversationsReport(interval?.let(::Interval), pageSize = pageSize, where = where, strict = true)
        Client(config()).use { client ->
            val error = assertFailsWith<PegcountException.Query> { runBlocking { client.report(report).read() } }
            assertEquals(code, error.code)
            assertEquals(0, error.attempts)
        }
        assertContains(Pegcount.lint(report).map { it.problem.code }, code)
    }

    @Test
    fun `what is no JSON is refused where it stands`() {
        val loop = ArrayList<Any?>().also { it.add(it) }
        for (value in listOf(Double.NaN, Any(), loop, mapOf(1 to 2))) {
            assertFailsWith<IllegalArgumentException> { CallReport("POST", "/api/v2/x", body = value).json() }
        }
        assertFailsWith<PegcountException> { Pegcount.lint(DirectoryReport("\ud800")) }
    }

    @Test
    fun `reports have the fields of the core`() {
        val made = listOf(
            ConversationsReport(), AggregatesReport(), AvailabilityReport(), ObservationsReport(), DirectoryReport(), CallReport(),
        )
        val names = made.associate { report ->
            val fields = report.javaClass.declaredFields.map { it.name }.filter { it != "Companion" }
            json.readTree(report.json())["report"].asText() to fields.map(::snake).toSet()
        }
        val schema = json.readTree(vectors.resolve("../../core/schema.json"))
        val known = schema["types"]["Report"]["oneOf"].map { it["properties"] }
        assertEquals(known.associate { it["report"]["const"].asText() to it.fieldNames().asSequence().toSet() - "report" }, names)
    }

    private fun snake(name: String) = name.replace(Regex("[A-Z]")) { "_" + it.value.lowercase() }

    @Test
    fun `an interval is reckoned`() {
        val span = Interval("2026-03-09").span("Europe/Paris")
        assertEquals(86_400_000, span.to - span.from)
        assertEquals(23, java.time.Instant.ofEpochMilli(span.from).atZone(java.time.ZoneOffset.UTC).hour)
        assertIs<PegcountException.Query>(assertFailsWith<PegcountException> { Interval("sometime").span() })
    }

    @Test
    fun `an answer is explained`() {
        val told = Pegcount.explain(body = """{"error":"invalid_client","description":"client not found"}""", status = 400, login = true)
        assertEquals("auth.unknown_client", told.code)
        assertTrue(told.explanation.remedy.isNotEmpty())
    }

    @Test
    fun `a plan and advice`() {
        val plan = Pegcount.plan(ConversationsReport(Interval("2026-01"), via = Via.QUERY), now = 1_773_132_000_000)
        assertEquals(listOf(5L, 5L), listOf(plan.requests, plan.windows.size.toLong()))
        assertEquals("pkce", Pegcount.advise(interactive = true, canKeepSecret = false).grant)
        assertFailsWith<PegcountException.Config> { Pegcount.advise(wanted = "pkcs") }
    }

    @Test
    fun `nothing prints a secret`() {
        val header = io.github.pegcount.core.Header("Authorization", "Bearer SECRET")
        val request = Request("GET", "https://x/y?token=SECRET", listOf(header), "SECRET".toByteArray(), 1)
        val session = Session("""{"region":"eu_west_1","token":"SECRET"}""", emptyMap())
        val call = session.start("""{"report":"directory","of":"queues"}""", "{}", 0, 0)
        session.pull(call, 0, 0)
        val told = listOf(
            credentials, AccessToken("SECRET"), AuthorizationCode("SECRET", "http://x/", "SECRET", "id", "SECRET"),
            RefreshToken("SECRET", "id", "SECRET"), SamlAssertion("SECRET", "org", "id", "SECRET"), StoredLogin("id", "SECRET"),
        )
        val shown = "$request${config()}$told${session.poll(0, 0)}$session"
        assertTrue("SECRET" !in shown, shown)
    }

    @Test
    fun `a closed handle says so`() {
        val session = Session("""{"region":"eu_west_1","token":"t"}""", emptyMap())
        session.close()
        session.close()
        assertFailsWith<IllegalStateException> { session.poll(0, 0) }
        val client = Client(config())
        client.close()
        assertFailsWith<IllegalStateException> { runBlocking { client.directory("queues").read() } }
    }

    @Test
    fun `numbers that name nothing are ignored`() {
        Session("""{"region":"eu_west_1","token":"t"}""", emptyMap()).use { session ->
            for (id in listOf(-1L, 0L, 99L, Long.MAX_VALUE, Long.MIN_VALUE)) {
                session.pull(id, 0, 0)
                session.cancel(id, -5, Long.MIN_VALUE)
                session.handleResponse(id, "\"json\"", -1, emptyList(), byteArrayOf(-1), 0, 0)
            }
            assertEquals(io.github.pegcount.core.Action.Idle, session.poll(0, 0))
        }
    }

    @Test
    fun `the library is in the jar`() {
        val jar = File(Client::class.java.protectionDomain.codeSource.location.toURI())
        assertEquals("jar", jar.extension, "the tests run against what is published")
        val library = System.mapLibraryName("pegcount_uniffi")
        ZipFile(jar).use { zip ->
            assertContains(zip.entries().asSequence().map { it.name.substringAfterLast('/') }.toList(), library)
        }
    }
}
