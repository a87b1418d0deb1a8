package io.github.pegcount

import io.github.pegcount.core.Advice
import io.github.pegcount.core.Finding
import io.github.pegcount.core.Plan
import io.github.pegcount.core.Problem
import io.github.pegcount.core.Span
import io.github.pegcount.core.advise as advised
import io.github.pegcount.core.explain as explained
import io.github.pegcount.core.interval as reckoned
import io.github.pegcount.core.lint as linted
import io.github.pegcount.core.plan as planned

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

    /** What a report would cost at a pace of so many requests a minute. Nothing is sent. */
    @JvmStatic
    @JvmOverloads
    public fun plan(report: Report, pace: Int = 300, now: Long = System.currentTimeMillis()): Plan =
        mapped { planned(report.json(), pace, now) }

    /**
     * Says which grant fits, and how to set it up: whether a person can log in ([interactive]), whether it can keep a
     * secret (a server can, an app cannot), whether it runs in a [browser], whether the organisation's identity
     * provider gives it SAML assertions, and the grant that was thought of.
     */
    @JvmStatic
    @JvmOverloads
    public fun advise(
        interactive: Boolean? = null,
        canKeepSecret: Boolean? = null,
        browser: Boolean? = null,
        saml: Boolean? = null,
        wanted: String? = null,
    ): Advice = mapped {
        advised(
            Json.given(
                "interactive" to interactive,
                "can_keep_secret" to canKeepSecret,
                "browser" to browser,
                "saml" to saml,
                "wanted" to wanted,
            ),
        )
    }

    /** The tables of bytes saved from anywhere. */
    @JvmStatic
    public fun decode(report: Report, body: ByteArray): Tables =
        Tables { decoded("""{"report":${report.json()}}""", body, it) }
}
