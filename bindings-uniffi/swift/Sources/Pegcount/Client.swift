import Foundation
import PegcountCore

/// What else a client may be told. Times are seconds.
public struct Settings: Sendable {
    /// The profile to read.
    public var profile: String?
    /// Base URL of the API, for a gateway or a sandbox.
    public var apiURL: String?
    /// Base URL of the login host, likewise.
    public var loginURL: String?
    /// `basic` or `form`: how id and secret are sent.
    public var clientAuth: String?
    /// For one exchange; 60 unless told.
    public var timeout: TimeInterval?
    /// For a whole report with its waits; no limit unless told.
    public var deadline: TimeInterval?
    /// The largest body to accept, in decompressed bytes.
    public var maxBody: Int?
    /// Exchanges under way at once.
    public var maxInFlight: Int?
    /// Requests a minute until the server says otherwise.
    public var pace: Int?
    /// `User-Agent`.
    public var userAgent: String?
    /// Whether the token is shared with other processes.
    public var share = true
    /// Where it is shared: a file in the user's cache folder unless told.
    public var tokenStore: TokenStore?
    /// What performs exchanges: `URLSession` unless told.
    public var transport: Transport?
    /// Two clocks; to be replaced in tests.
    public var clock = Clock()
    /// Knows where id and secret are kept: asked before the first log-in, and again when they are refused.
    public var provider: (@Sendable () async throws -> ProvidedCredentials)?
    /// Whose log-in it is, where one client logs several users in: their tokens are kept apart by it.
    public var account: String?
    /// Requests that the client may send, log-ins not counted; no limit unless told.
    public var maxCalls: Int?

    public init() {}
}

/// Asks one organisation for reports: one credential, one region, one rate allowance, for any number of tasks.
///
/// What is not given comes from the environment or a profile. When the last reference goes, what is open is cancelled.
public final class Client: @unchecked Sendable {
    let pump: Pump
    /// Base of the API host.
    public let apiURL: String

    public init(region: String? = nil, credentials: Credentials? = nil, settings: Settings = Settings()) throws {
        let arguments: [String: Any?] = [
            "region": region,
            "profile": settings.profile,
            "api_url": settings.apiURL,
            "login_url": settings.loginURL,
            "client_auth": settings.clientAuth,
            "timeout_ms": settings.timeout.map(milliseconds),
            "deadline_ms": settings.deadline.map(milliseconds),
            "max_body": settings.maxBody,
            "max_in_flight": settings.maxInFlight,
            "pace": settings.pace,
            "user_agent": settings.userAgent,
            "share": settings.share,
            "seed": Int64.random(in: 0...Int64.max),
            "provider": settings.provider != nil,
            "account": settings.account,
            "max_calls": settings.maxCalls,
        ]
        let shape = try text(arguments.merging(credentials?.settings ?? [:]) { first, _ in first })
        let session = try mapped { try Session(arguments: shape, environment: nil) }
        apiURL = session.api()
        var store: TokenStore?
        if settings.share, let key = session.tokenKey() {
            store = settings.tokenStore ?? tokenPath(tokenKey: key).map { FileStore(path: $0) }
        }
        let transport = settings.transport ?? URLSessionTransport()
        pump = Pump(
            session: session, transport: transport, store: store, provider: settings.provider, clock: settings.clock)
    }

    /// Any report as data. `timeout` is for one exchange, `deadline` for the whole, in seconds; `maxCalls` is how many
    /// requests it may send, log-ins not counted.
    public func report(
        _ report: Report, timeout: TimeInterval? = nil, deadline: TimeInterval? = nil, maxCalls: Int? = nil
    ) -> Pages {
        let options: [String: Any?] = [
            "timeout": timeout.map(milliseconds), "deadline": deadline.map(milliseconds), "max_calls": maxCalls,
        ]
        return Pages(client: self, report: Result { try report.json() }, options: Result { try text(options) })
    }

    /// What the client waited for and why: the latest thousand.
    public func notices() async -> [Notice] {
        await pump.notices
    }

    /// Cancels what is open and closes the connections. Afterwards reports throw `ClientClosed`.
    public func close() async {
        await pump.close()
    }

    deinit {
        let pump = pump
        Task { await pump.close() }
    }
}

/// The client was closed.
public struct ClientClosed: Error {}

func milliseconds(_ seconds: TimeInterval) -> Int64 {
    Int64(seconds * 1000)
}
