import Foundation
import PegcountCore

/// Who asks. Prints no secret.
public enum Credentials: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// An OAuth client of the organisation.
    case clientCredentials(id: String, secret: String)
    /// A token that somebody else obtained.
    case token(String)

    public var description: String {
        switch self {
        case .clientCredentials(let id, _): return "clientCredentials(\(id))"
        case .token: return "token"
        }
    }

    public var debugDescription: String { description }

    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// What else a client may be told. Times are seconds.
public struct Settings {
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
        var arguments: [String: Any?] = [
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
        ]
        switch credentials {
        case .clientCredentials(let id, let secret)?:
            arguments["client_id"] = id
            arguments["client_secret"] = secret
        case .token(let token)?:
            arguments["token"] = token
        case nil:
            break
        }
        let shape = try text(arguments)
        let session = try mapped { try Session.here(arguments: shape) }
        apiURL = session.api()
        var store: TokenStore?
        if settings.share, let key = session.tokenKey() {
            store = settings.tokenStore ?? tokenPath(tokenKey: key).map { FileStore(path: $0) }
        }
        let transport = settings.transport ?? URLSessionTransport()
        pump = Pump(session: session, transport: transport, store: store, clock: settings.clock)
    }

    /// Any report as data. `timeout` is for one exchange, `deadline` for the whole, in seconds.
    public func report(_ report: Report, timeout: TimeInterval? = nil, deadline: TimeInterval? = nil) -> Pages {
        let options = ["timeout": timeout.map(milliseconds), "deadline": deadline.map(milliseconds)] as [String: Any?]
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
