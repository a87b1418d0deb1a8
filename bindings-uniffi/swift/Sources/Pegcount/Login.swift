import Foundation
import PegcountCore

/// The log-in of a user, by authorization code and PKCE.
///
/// Send the user to `url`. Where the user comes back, give that address to `finish`, and what it gives to a client:
///
///     let login = try Login(redirectURI: "myapp://callback", region: "eu_west_1", clientID: id)
///     let client = try Client(region: "eu_west_1", credentials: login.finish(cameBack))
public final class Login: @unchecked Sendable {
    /// Bytes of randomness: 32 for the verifier, 16 for the state.
    private static let randomness = 48

    /// Where the user comes back: one of those that are registered with the client.
    public let redirectURI: String
    /// Where to send the user.
    public let url: String
    private let clientID: String?
    private let page: LoginPage

    /// What is not given comes from the environment or a profile. `org` and `provider` together skip the page of the
    /// platform for the organisation's own; `prompt` asks for the password even where the browser is logged in; `target`
    /// is the organisation to act in, for partners.
    public init(
        redirectURI: String,
        region: String? = nil,
        clientID: String? = nil,
        org: String? = nil,
        provider: String? = nil,
        prompt: Bool? = nil,
        target: String? = nil,
        profile: String? = nil,
        loginURL: String? = nil
    ) throws {
        let wish = try text([
            "redirect_uri": redirectURI, "org": org, "provider": provider, "prompt": prompt, "target": target,
        ])
        let arguments = try text([
            "region": region, "client_id": clientID, "profile": profile, "login_url": loginURL,
        ])
        // The generator of the system is a cryptographic one.
        let random = Data((0..<Login.randomness).map { _ in UInt8.random(in: .min ... .max) })
        let page = try mapped {
            try LoginPage(wish: wish, randomness: random, arguments: arguments, environment: nil)
        }
        (self.redirectURI, self.clientID, self.page) = (redirectURI, clientID, page)
        url = page.url()
    }

    /// What to give to a client, from the address at which the user came back: a whole one, or its query string.
    /// `secret` is that of a client that has one. Throws `PegcountError.auth` if the log-in was refused, or is another one.
    public func finish(_ cameBack: String, secret: String? = nil) throws -> Credentials {
        let code = try mapped { try finishLogin(cameBack: cameBack, state: page.state()) }
        return .authorizationCode(
            code: code, redirectURI: redirectURI, verifier: page.verifier(), id: clientID, secret: secret)
    }
}
