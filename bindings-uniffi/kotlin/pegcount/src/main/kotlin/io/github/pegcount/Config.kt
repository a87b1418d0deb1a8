package io.github.pegcount

import java.util.function.Supplier

/**
 * What a client is told once. What is not given comes from the environment or a profile.
 *
 * Java makes one with [builder].
 */
public class Config @JvmOverloads constructor(
    /** A region in any spelling: `eu_west_1`, `mypurecloud.ie`, `https://api.mypurecloud.ie`, …. */
    public val region: String? = null,
    /** Who asks. */
    public val credentials: Credentials? = null,
    /** The profile to read. */
    public val profile: String? = null,
    /** Base URL of the API, for a gateway or a sandbox. */
    public val apiUrl: String? = null,
    /** Base URL of the login host, likewise. */
    public val loginUrl: String? = null,
    /** `basic` or `form`: how id and secret are sent. */
    public val clientAuth: String? = null,
    /** Milliseconds for one exchange; 60 000 unless told. */
    public val timeoutMs: Long? = null,
    /** Milliseconds for a whole report with its waits; no limit unless told. */
    public val deadlineMs: Long? = null,
    /** The largest body to accept, in decompressed bytes; 128 MiB unless told. */
    public val maxBody: Long? = null,
    /** Exchanges under way at once; 4 unless told. */
    public val maxInFlight: Int? = null,
    /** Requests a minute until the server says otherwise; 300 unless told. */
    public val pace: Int? = null,
    /** `User-Agent`. */
    public val userAgent: String? = null,
    /** Whether the token is shared with other processes and languages. */
    public val share: Boolean = true,
    /** Where it is shared: a file in the user's cache folder unless told. */
    public val tokenStore: TokenStore? = null,
    /** What performs exchanges: the one transport on the class path unless told. */
    public val transport: Transport? = null,
    /** The clock; to be replaced in tests. */
    public val clock: Clock = Clock(),
    /** Where jitter comes from; random unless told. */
    public val seed: Long? = null,
    /** Knows where id and secret are kept: asked before the first log-in, and again when they are refused. */
    public val provider: (suspend () -> ClientCredentials)? = null,
    /** Whose log-in it is, where one client logs several users in: their tokens are kept apart by it. */
    public val account: String? = null,
    /** Requests that the client may send, log-ins not counted; no limit unless told. */
    public val maxCalls: Int? = null,
) {
    internal fun arguments(seed: Long): String {
        val credentials = credentials?.settings.orEmpty().toList().toTypedArray()
        return Json.given(
            *credentials,
            "region" to region,
            "provider" to (provider != null),
            "account" to account,
            "max_calls" to maxCalls,
            "profile" to profile,
            "api_url" to apiUrl,
            "login_url" to loginUrl,
            "client_auth" to clientAuth,
            "timeout_ms" to timeoutMs,
            "deadline_ms" to deadlineMs,
            "max_body" to maxBody,
            "max_in_flight" to maxInFlight,
            "pace" to pace,
            "user_agent" to userAgent,
            "share" to share,
            "seed" to (this.seed ?: seed),
        )
    }

    override fun toString(): String = "Config(region=$region, credentials=$credentials)"

    /** Collects settings, for Java. */
    public class Builder internal constructor() {
        private var region: String? = null
        private var credentials: Credentials? = null
        private var profile: String? = null
        private var apiUrl: String? = null
        private var loginUrl: String? = null
        private var clientAuth: String? = null
        private var timeoutMs: Long? = null
        private var deadlineMs: Long? = null
        private var maxBody: Long? = null
        private var maxInFlight: Int? = null
        private var pace: Int? = null
        private var userAgent: String? = null
        private var share = true
        private var tokenStore: TokenStore? = null
        private var transport: Transport? = null
        private var clock = Clock()
        private var seed: Long? = null
        private var provider: (suspend () -> ClientCredentials)? = null
        private var account: String? = null
        private var maxCalls: Int? = null

        /** See [Config.region]. */
        public fun region(region: String?): Builder = apply { this.region = region }

        /** See [Config.credentials]. */
        public fun credentials(credentials: Credentials?): Builder = apply { this.credentials = credentials }

        /** See [Config.profile]. */
        public fun profile(profile: String?): Builder = apply { this.profile = profile }

        /** See [Config.apiUrl]. */
        public fun apiUrl(apiUrl: String?): Builder = apply { this.apiUrl = apiUrl }

        /** See [Config.loginUrl]. */
        public fun loginUrl(loginUrl: String?): Builder = apply { this.loginUrl = loginUrl }

        /** See [Config.clientAuth]. */
        public fun clientAuth(clientAuth: String?): Builder = apply { this.clientAuth = clientAuth }

        /** See [Config.timeoutMs]. */
        public fun timeoutMs(timeoutMs: Long?): Builder = apply { this.timeoutMs = timeoutMs }

        /** See [Config.deadlineMs]. */
        public fun deadlineMs(deadlineMs: Long?): Builder = apply { this.deadlineMs = deadlineMs }

        /** See [Config.maxBody]. */
        public fun maxBody(maxBody: Long?): Builder = apply { this.maxBody = maxBody }

        /** See [Config.maxInFlight]. */
        public fun maxInFlight(maxInFlight: Int?): Builder = apply { this.maxInFlight = maxInFlight }

        /** See [Config.pace]. */
        public fun pace(pace: Int?): Builder = apply { this.pace = pace }

        /** See [Config.userAgent]. */
        public fun userAgent(userAgent: String?): Builder = apply { this.userAgent = userAgent }

        /** See [Config.share]. */
        public fun share(share: Boolean): Builder = apply { this.share = share }

        /** See [Config.tokenStore]. */
        public fun tokenStore(tokenStore: TokenStore?): Builder = apply { this.tokenStore = tokenStore }

        /** See [Config.transport]. */
        public fun transport(transport: Transport?): Builder = apply { this.transport = transport }

        /** See [Config.clock]. */
        public fun clock(clock: Clock): Builder = apply { this.clock = clock }

        /** See [Config.seed]. */
        public fun seed(seed: Long?): Builder = apply { this.seed = seed }

        /** See [Config.provider]; asked in a thread that may wait. */
        public fun provider(provider: Supplier<ClientCredentials>?): Builder =
            apply { this.provider = provider?.let { { it.get() } } }

        /** See [Config.account]. */
        public fun account(account: String?): Builder = apply { this.account = account }

        /** See [Config.maxCalls]. */
        public fun maxCalls(maxCalls: Int?): Builder = apply { this.maxCalls = maxCalls }

        /** The configuration. */
        public fun build(): Config = Config(
            region, credentials, profile, apiUrl, loginUrl, clientAuth, timeoutMs, deadlineMs, maxBody, maxInFlight,
            pace, userAgent, share, tokenStore, transport, clock, seed, provider, account, maxCalls,
        )
    }

    public companion object {
        /** Begins a configuration in which nothing is told. */
        @JvmStatic
        public fun builder(): Builder = Builder()
    }
}
