package io.github.pegcount

import io.github.pegcount.core.LoginPage
import io.github.pegcount.core.finishLogin
import java.security.SecureRandom

/**
 * The log-in of a user, by authorization code and PKCE.
 *
 * Send the user to [url]. Where the user comes back, give that address to [finish], and what it gives to a client:
 *
 * ```kotlin
 * val login = Login("http://localhost:8085/callback", region = "eu_west_1", clientId = id)
 * val client = Client(Config(region = "eu_west_1", credentials = login.finish(cameBack)))
 * ```
 */
public class Login @JvmOverloads constructor(
    /** Where the user comes back: one of those that are registered with the client. */
    public val redirectUri: String,
    /** A region in any spelling. What is not given comes from the environment or a profile. */
    region: String? = null,
    private val clientId: String? = null,
    /** The short name of the organisation; with [provider] it skips the page of the platform. */
    org: String? = null,
    /** The identity provider of the organisation. */
    provider: String? = null,
    /** Whether the password is asked for even where the browser is logged in. */
    prompt: Boolean? = null,
    /** The organisation to act in, for partners. */
    target: String? = null,
    profile: String? = null,
    loginUrl: String? = null,
) {
    private val page = mapped {
        LoginPage(
            Json.given(
                "redirect_uri" to redirectUri,
                "org" to org,
                "provider" to provider,
                "prompt" to prompt,
                "target" to target,
            ),
            ByteArray(RANDOMNESS).also(SecureRandom()::nextBytes),
            Json.given("region" to region, "client_id" to clientId, "profile" to profile, "login_url" to loginUrl),
            null,
        )
    }

    /** Where to send the user. */
    public val url: String = page.url()

    /**
     * What to give to a client, from the address at which the user came back: a whole one, or its query string.
     * [secret] is that of a client that has one.
     *
     * @throws PegcountException.Auth if the log-in was refused, or is another one
     */
    @JvmOverloads
    public fun finish(cameBack: String, secret: String? = null): AuthorizationCode {
        val code = mapped { finishLogin(cameBack, page.state()) }
        return AuthorizationCode(code, redirectUri, page.verifier(), clientId, secret)
    }

    override fun toString(): String = "Login($redirectUri)"

    private companion object {
        /** Bytes: 32 for the verifier, 16 for the state. */
        const val RANDOMNESS = 48
    }
}
