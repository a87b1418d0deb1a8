package io.github.pegcount

/** Who asks, and how it logs in. An id or a secret that is not given comes from the environment or a profile. */
public sealed class Credentials {
    /** As settings of the core. */
    internal abstract val settings: Map<String, Any?>
}

/** An OAuth client of the organisation. Its [id] may be null where the configuration names it. */
public class ClientCredentials(
    /** The client id. */
    public val id: String?,
    internal val secret: String,
) : Credentials() {
    override val settings: Map<String, Any?> get() = mapOf("client_id" to id, "client_secret" to secret)

    override fun toString(): String = "ClientCredentials($id)"
}

/** A token that somebody else obtained. */
public class AccessToken(internal val token: String) : Credentials() {
    override val settings: Map<String, Any?> get() = mapOf("token" to token)

    override fun toString(): String = "AccessToken"
}

/** A user who has just come back from the log-in page: what [Login.finish] gives. Good for one client, within a minute. */
public class AuthorizationCode @JvmOverloads constructor(
    private val code: String,
    /** Where the page sent the user. */
    public val redirectUri: String,
    private val verifier: String? = null,
    /** The client id. */
    public val id: String? = null,
    private val secret: String? = null,
) : Credentials() {
    override val settings: Map<String, Any?>
        get() = mapOf(
            "client_id" to id,
            "client_secret" to secret,
            "code" to code,
            "redirect_uri" to redirectUri,
            "code_verifier" to verifier,
        )

    override fun toString(): String = "AuthorizationCode($redirectUri)"
}

/** A user who logged in earlier. Each log-in replaces the token: the store keeps the present one. */
public class RefreshToken @JvmOverloads constructor(
    private val token: String,
    /** The client id. */
    public val id: String? = null,
    private val secret: String? = null,
) : Credentials() {
    override val settings: Map<String, Any?>
        get() = mapOf("client_id" to id, "client_secret" to secret, "refresh_token" to token)

    override fun toString(): String = "RefreshToken($id)"
}

/** A user whose log-in lies in the token store. */
public class StoredLogin @JvmOverloads constructor(
    /** The client id. */
    public val id: String? = null,
    private val secret: String? = null,
) : Credentials() {
    override val settings: Map<String, Any?>
        get() = mapOf("client_id" to id, "client_secret" to secret, "grant" to "authorization_code")

    override fun toString(): String = "StoredLogin($id)"
}

/** A user whom the organisation's identity provider has asserted, in base64url. */
public class SamlAssertion @JvmOverloads constructor(
    private val assertion: String,
    /** The short name of the organisation. */
    public val org: String,
    /** The client id. */
    public val id: String? = null,
    private val secret: String? = null,
) : Credentials() {
    override val settings: Map<String, Any?>
        get() = mapOf("client_id" to id, "client_secret" to secret, "saml_assertion" to assertion, "org" to org)

    override fun toString(): String = "SamlAssertion($org)"
}
