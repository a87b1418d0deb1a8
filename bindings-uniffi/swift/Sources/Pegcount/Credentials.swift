/// Who asks, and how it logs in. Prints no secret. An id or a secret that is not given comes from the environment or a
/// profile.
public enum Credentials: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// An OAuth client of the organisation.
    case clientCredentials(id: String, secret: String)
    /// A token that somebody else obtained.
    case token(String)
    /// A user who has just come back from the log-in page: what `Login.finish` gives. Good for one client, within a minute.
    case authorizationCode(
        code: String, redirectURI: String, verifier: String? = nil, id: String? = nil, secret: String? = nil)
    /// A user who logged in earlier. Each log-in replaces the token: the store keeps the present one.
    case refreshToken(String, id: String? = nil, secret: String? = nil)
    /// A user whose log-in lies in the token store.
    case storedLogin(id: String? = nil, secret: String? = nil)
    /// A user whom the identity provider of the organisation (by its short name) has asserted, in base64url.
    case samlAssertion(String, org: String, id: String? = nil, secret: String? = nil)

    /// As settings of the core.
    var settings: [String: Any?] {
        switch self {
        case let .clientCredentials(id, secret):
            return ["client_id": id, "client_secret": secret]
        case .token(let token):
            return ["token": token]
        case let .authorizationCode(code, redirectURI, verifier, id, secret):
            return [
                "client_id": id, "client_secret": secret, "code": code, "redirect_uri": redirectURI,
                "code_verifier": verifier,
            ]
        case let .refreshToken(token, id, secret):
            return ["client_id": id, "client_secret": secret, "refresh_token": token]
        case let .storedLogin(id, secret):
            return ["client_id": id, "client_secret": secret, "grant": "authorization_code"]
        case let .samlAssertion(assertion, org, id, secret):
            return ["client_id": id, "client_secret": secret, "saml_assertion": assertion, "org": org]
        }
    }

    public var description: String {
        switch self {
        case .clientCredentials(let id, _): return "clientCredentials(\(id))"
        case .token: return "token"
        case .authorizationCode(_, let redirectURI, _, _, _): return "authorizationCode(\(redirectURI))"
        case .refreshToken(_, let id, _): return "refreshToken(\(id ?? ""))"
        case .storedLogin(let id, _): return "storedLogin(\(id ?? ""))"
        case .samlAssertion(_, let org, _, _): return "samlAssertion(\(org))"
        }
    }

    public var debugDescription: String { description }

    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// What a provider of credentials gives. Prints no secret.
public struct ProvidedCredentials: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The client id; nil where the configuration names it.
    public let id: String?
    let secret: String

    public init(id: String? = nil, secret: String) {
        (self.id, self.secret) = (id, secret)
    }

    public var description: String { "ProvidedCredentials(\(id ?? ""))" }

    public var debugDescription: String { description }

    public var customMirror: Mirror { Mirror(self, children: []) }
}
