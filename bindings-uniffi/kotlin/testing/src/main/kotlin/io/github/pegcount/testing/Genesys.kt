package io.github.pegcount.testing

import com.fasterxml.jackson.databind.JsonNode
import com.fasterxml.jackson.databind.ObjectMapper
import com.fasterxml.jackson.databind.node.ObjectNode
import io.github.pegcount.Client
import io.github.pegcount.ClientCredentials
import io.github.pegcount.Config
import io.github.pegcount.Interval
import java.net.URI
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpRequest.BodyPublishers
import java.net.http.HttpResponse.BodyHandlers
import java.time.Duration
import java.time.Instant

/**
 * A simulated contact centre of a test's own, ready in some twenty milliseconds: the program `pegcount-sandbox`, on the
 * PATH after `pip install pegcount-sandbox`, or where PEGCOUNT_SANDBOX says. Close it when the test is over.
 *
 * What it simulates: its README; every fault by name, and the options: `pegcount-sandbox --help`.
 *
 * @throws IllegalStateException if the program is not there or does not know an option
 */
public class Genesys(vararg options: String) : AutoCloseable {
    private val process = start(options)

    /** What it said when it was ready, with the secrets of this moment. */
    public val ready: JsonNode = process.inputReader().readLine()?.let(json::readTree)
        ?: throw IllegalStateException("the sandbox ended with ${process.waitFor()}: ${options.joinToString(" ")}")
    private val founded: JsonNode = ready.deepCopy()
    private val made = ArrayList<Client>()

    /** The base URL of the API. */
    public val apiUrl: String = ready["api"].asText()

    /** The base URL of the log-in host. */
    public val loginUrl: String = ready["login"].asText()

    /** A full day of finished conversations. */
    public val interval: Interval = Interval(ready["interval"].asText())

    /** Id and secret of a client: `reporting`, `no-analytics`, `emea-only`, `disabled`, `admin`, …. */
    @JvmOverloads
    public fun credentials(name: String = "reporting"): ClientCredentials =
        ClientCredentials(named(name)["client_id"].asText(), named(name).path("client_secret").asText())

    /** What a client needs to work here. It shares its token with nobody unless told. */
    @JvmOverloads
    public fun config(name: String = "reporting"): Config.Builder =
        Config.builder().apiUrl(apiUrl).loginUrl(loginUrl).credentials(credentials(name)).share(false)

    /** The same as environment variables, for a program. */
    @JvmOverloads
    public fun environment(name: String = "reporting"): Map<String, String> = mapOf(
        "PEGCOUNT_API_URL" to apiUrl,
        "PEGCOUNT_LOGIN_URL" to loginUrl,
        "GENESYSCLOUD_OAUTHCLIENT_ID" to named(name)["client_id"].asText(),
        "GENESYSCLOUD_OAUTHCLIENT_SECRET" to named(name).path("client_secret").asText(),
    )

    /** A client of this organisation, which is closed with it. In Java: `PegcountClient.create(config().build())`. */
    @JvmSynthetic
    public fun client(name: String = "reporting", change: Config.Builder.() -> Unit = {}): Client =
        Client(config(name).apply(change).build()).also(made::add)

    /** Switches a fault on: for the next [count] requests (0: for ever) whose path begins with [path]. */
    @JvmOverloads
    public fun fault(name: String, arg: Int? = null, count: Int? = null, path: String? = null) {
        control("POST", "/faults", mapOf("name" to name, "arg" to arg, "count" to count, "path" to path))
    }

    /** The faults that are on, in the order they were. */
    public fun faults(): List<Fault> = control("GET", "/faults")["faults"].map(::Fault)

    /** Switches all faults off. */
    public fun clearFaults() {
        control("DELETE", "/faults")
    }

    /** Moves the clock of the organisation. */
    public fun advance(time: Duration) {
        control("POST", "/clock", mapOf("advance_ms" to time.toMillis()))
    }

    /** Sets the clock of the organisation, from where it runs on. */
    public fun setClock(now: Instant) {
        control("POST", "/clock", mapOf("now" to now.toString()))
    }

    /** Replaces the secret of a client. Answers the new one. */
    @JvmOverloads
    public fun rotateSecret(name: String = "reporting"): String {
        val secret = control("POST", "/clients/$name/rotate-secret")["client_secret"].asText()
        named(name).put("client_secret", secret)
        return secret
    }

    /** Changes the role of a client, for all clients with that role, [after] so much time. */
    @JvmOverloads
    public fun permissions(
        name: String,
        add: Collection<String> = emptyList(),
        remove: Collection<String> = emptyList(),
        after: Duration = Duration.ZERO,
    ) {
        val change = mapOf("add" to add, "remove" to remove, "after_ms" to after.toMillis())
        control("POST", "/clients/$name/permissions", change)
    }

    /** Where a client has its role: divisions by name or id, null for all; [after] so much time. */
    @JvmOverloads
    public fun divisions(name: String, divisions: Collection<String>?, after: Duration = Duration.ZERO) {
        control("POST", "/clients/$name/divisions", mapOf("divisions" to divisions, "after_ms" to after.toMillis()))
    }

    /** Whether the organisation enforces the scopes of users' tokens; at the start it does not. */
    @JvmOverloads
    public fun enforceScopes(enforce: Boolean = true) {
        control("POST", "/scopes", mapOf("enforce" to enforce))
    }

    /** What a client may do for users who log in to it from here on: `code`, `pkce`, `saml`. */
    public fun scopes(name: String, scopes: Collection<String>) {
        control("POST", "/clients/$name/scopes", mapOf("scopes" to scopes))
    }

    /** Voids every access token. */
    public fun revokeTokens() {
        control("POST", "/tokens/revoke")
    }

    /** Voids the refresh tokens of a client. */
    public fun revokeRefresh(name: String) {
        control("POST", "/clients/$name/revoke-refresh")
    }

    /** How long tokens live that are minted from here on; how long any token does without use (zero: for ever). */
    @JvmOverloads
    public fun tokenLife(life: Duration, idle: Duration = Duration.ZERO) {
        control("POST", "/token-life", mapOf("seconds" to life.toSeconds(), "idle_seconds" to idle.toSeconds()))
    }

    /** How many requests a minute each token has; 0 for any number. */
    public fun limit(aMinute: Int) {
        control("POST", "/rate", mapOf("allowed" to aMinute))
    }

    /** How many tokens a minute all clients together are given; 0 for any number. */
    public fun limitLogins(aMinute: Int) {
        control("POST", "/mint", mapOf("per_minute" to aMinute))
    }

    /** What was asked, in order, of paths that end so. */
    @JvmOverloads
    public fun requests(path: String = ""): List<Asked> =
        control("GET", "/requests")["requests"].map(::Asked).filter { it.path.endsWith(path) }

    /** Forgets what was asked, for whoever counts from here on. */
    public fun clearRequests() {
        control("DELETE", "/requests")
    }

    /** How many tokens were asked for. */
    public fun logins(): Int = requests("/oauth/token").size

    /** Everything as it was at the start: secrets, tokens, faults, clock, limits, log. */
    public fun reset() {
        control("POST", "/reset")
        (ready as ObjectNode).setAll<JsonNode>(founded.deepCopy<ObjectNode>())
    }

    /** A call of the sandbox's control, for what has no method here. */
    @JvmOverloads
    public fun control(method: String, path: String, body: Any? = null): JsonNode {
        val sent = body?.let { BodyPublishers.ofString(json.writeValueAsString(it)) } ?: BodyPublishers.noBody()
        val request = HttpRequest.newBuilder(URI(ready["control"].asText() + path)).method(method, sent).build()
        val answer = json.readTree(http.send(request, BodyHandlers.ofString()).body())
        require(!answer.hasNonNull("error")) { "$method $path: ${answer["error"].asText()}" }
        return answer
    }

    /** Ends it, and the clients that it made. */
    override fun close() {
        made.forEach(Client::close)
        made.clear()
        process.destroy()
        process.waitFor()
    }

    private fun named(name: String): ObjectNode = ready["clients"][name] as ObjectNode?
        ?: throw IllegalArgumentException("no client is called $name; known are ${known()}")

    private fun known() = ready["clients"].fieldNames().asSequence().joinToString(", ")

    private companion object {
        val json = ObjectMapper()

        // A proxy of the machine has no business here.
        val http: HttpClient = HttpClient.newBuilder().proxy(HttpClient.Builder.NO_PROXY).build()
    }
}

/** A fault that is on. */
public class Fault internal constructor(fault: JsonNode) {
    /** Its name. */
    public val name: String = fault["name"].asText()

    /** Its argument. */
    public val arg: Long? = fault["arg"].takeUnless(JsonNode::isNull)?.asLong()

    /** How often it will strike yet; null means for ever. */
    public val left: Long? = fault["left"].takeUnless(JsonNode::isNull)?.asLong()

    /** What the paths begin with that it strikes, if that was told. */
    public val path: String? = fault["path"].textValue()

    override fun toString(): String = name
}

/** A line of the request log. */
public class Asked internal constructor(line: JsonNode) {
    /** When: RFC 3339. */
    public val at: String = line["at"].asText()

    /** The method. */
    public val method: String = line["method"].asText()

    /** The path, without its query. */
    public val path: String = line["path"].asText()

    /** The status of the answer. */
    public val status: Int = line["status"].asInt()

    /** Whose token it was, by name. */
    public val client: String? = line["client"].textValue()

    /** What became of the answer on its way. */
    public val effect: String = line["effect"].asText()

    override fun toString(): String = "$method $path $status"
}
