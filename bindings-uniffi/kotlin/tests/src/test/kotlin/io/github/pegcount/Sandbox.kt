package io.github.pegcount

import com.fasterxml.jackson.databind.JsonNode
import java.io.File
import java.net.URI
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpRequest.BodyPublishers
import java.net.http.HttpResponse.BodyHandlers

/** A running simulated contact centre. */
internal class Sandbox(vararg options: String) : AutoCloseable {
    private val process = ProcessBuilder(listOf(program) + options)
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start()
    val ready: JsonNode = json.readTree(process.inputReader().readLine())
    val interval = Interval(ready["interval"].asText())

    fun credentials(name: String) =
        ready["clients"][name].let { ClientCredentials(it["client_id"].asText(), it["client_secret"].asText()) }

    fun config(
        name: String = "reporting",
        transport: Transport? = null,
        credentials: Credentials = credentials(name),
        timeoutMs: Long? = null,
        maxBody: Long? = null,
        store: TokenStore? = null,
        clock: Clock = Clock(),
    ) = Config(
        apiUrl = ready["api"].asText(),
        loginUrl = ready["login"].asText(),
        credentials = credentials,
        timeoutMs = timeoutMs,
        maxBody = maxBody,
        share = store != null,
        tokenStore = store,
        transport = transport,
        clock = clock,
    )

    fun fault(name: String, arg: Int? = null, count: Int? = null): JsonNode =
        control("POST", "/faults", mapOf("name" to name, "arg" to arg, "count" to count).filterValues { it != null })

    /** The log of requests whose path ends so. */
    fun requests(path: String): List<JsonNode> =
        control("GET", "/requests")["requests"].filter { it["path"].asText().endsWith(path) }

    /** Without the faults and the log of other tests. */
    fun clean() {
        control("DELETE", "/faults")
        control("DELETE", "/requests")
    }

    fun control(method: String, path: String, body: Any? = null): JsonNode {
        val publisher = body?.let { BodyPublishers.ofString(json.writeValueAsString(it)) } ?: BodyPublishers.noBody()
        val request = HttpRequest.newBuilder(URI(ready["control"].asText() + path)).method(method, publisher).build()
        val answer = http.send(request, BodyHandlers.ofString())
        check(answer.statusCode() in 200..299) { "$method $path: ${answer.statusCode()} ${answer.body()}" }
        return json.readTree(answer.body())
    }

    override fun close() {
        process.destroy()
        process.waitFor()
    }

    private companion object {
        val http: HttpClient = HttpClient.newHttpClient()
        val program = System.getenv("SANDBOX_BIN").also { check(File(it).canExecute()) { "SANDBOX_BIN is no program" } }
    }
}

/** A clock on which waiting takes no time. */
internal class FakeClock(private var now: Long = 1_000_000, private var wall: Long = System.currentTimeMillis()) : Clock() {
    @Synchronized
    override fun monotonic(): Long = now

    @Synchronized
    override fun wall(): Long = wall

    override suspend fun pass(milliseconds: Long): Unit = synchronized(this) {
        now += milliseconds
        wall += milliseconds
    }
}
