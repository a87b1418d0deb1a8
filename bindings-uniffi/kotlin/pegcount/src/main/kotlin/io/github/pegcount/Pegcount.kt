package io.github.pegcount

import io.github.pegcount.core.Finding
import io.github.pegcount.core.Problem
import io.github.pegcount.core.Span
import io.github.pegcount.core.interval as reckoned
import io.github.pegcount.core.explain as explained
import io.github.pegcount.core.lint as linted

/** An interval as people write it: `last-1h`, `yesterday`, `2026-03-09/2026-03-10`, …. */
public class Interval(internal val text: String) : Spelled {
    override val spelling: String get() = text

    /** Its two ends, in milliseconds since 1970 UTC. */
    @JvmOverloads
    public fun span(timeZone: String? = null, now: Long = System.currentTimeMillis()): Span =
        mapped { reckoned(text, timeZone, now) }

    override fun toString(): String = text
}

/** What needs no client, and no network. */
public object Pegcount {
    /**
     * Explains an answer that somebody got: every part may be missing, and [body] may be all that was printed.
     * [login] says that it came from the login host.
     */
    @JvmStatic
    @JvmOverloads
    public fun explain(
        body: String? = null,
        status: Int? = null,
        headers: Map<String, String>? = null,
        method: String? = null,
        path: String? = null,
        domain: String? = null,
        login: Boolean? = null,
        requestBody: String? = null,
    ): Problem = mapped {
        explained(
            Json.given(
                "status" to status,
                "headers" to headers,
                "body" to body,
                "method" to method,
                "path" to path,
                "domain" to domain,
                "login" to login,
                "request_body" to requestBody,
            ),
        )
    }

    /** What is wrong with a report; empty if nothing is. */
    @JvmStatic
    @JvmOverloads
    public fun lint(report: Report, now: Long = System.currentTimeMillis()): List<Finding> =
        mapped { linted(report.json(), now) }

    /** The tables of bytes saved from anywhere. */
    @JvmStatic
    public fun decode(report: Report, body: ByteArray): Tables =
        Tables { decoded("""{"report":${report.json()}}""", body, it) }
}
