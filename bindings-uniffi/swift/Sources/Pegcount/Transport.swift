import Foundation
import PegcountCore
#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// One exchange over HTTP, and nothing else: no retries, no redirects, no judgement of what came back.
///
/// Cancelling the task ends the exchange. The time it may take is kept by the caller.
public protocol Transport: Sendable {
    /// Sends a request and reads the whole answer. Throws a `TransportError` when no answer came.
    func send(_ request: Request) async throws -> Response

    /// Closes the connections.
    func close()
}

/// What to send. Prints neither headers, which hold a token, nor a body, which may hold a secret.
public struct Request: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public let method: String
    public let url: String
    public let headers: [Header]
    public let body: Data?
    /// The largest body to accept, in decompressed bytes; above it: `tooLarge`.
    public let maxBody: Int

    public var description: String { "Request(\(method) \(url.prefix { $0 != "?" }))" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// What came back: the status, every header, and the body with its content encoding removed.
public struct Response: Sendable {
    public let status: Int
    public let headers: [Header]
    public let body: Data

    public init(status: Int, headers: [Header], body: Data) {
        (self.status, self.headers, self.body) = (status, headers, body)
    }
}

/// No answer came.
public struct TransportError: Error {
    /// What broke.
    public let reason: Cause
    /// Whether the server may have received the request.
    public let sent: Sent
    /// What the library said, without URLs, headers or bodies.
    public let detail: String

    public init(_ reason: Cause, sent: Sent, detail: String = "") {
        (self.reason, self.sent, self.detail) = (reason, sent, detail)
    }
}

/// Sends through `URLSession`, without its cache, cookies and stored passwords.
public final class URLSessionTransport: NSObject, Transport, URLSessionDataDelegate, @unchecked Sendable {
    private struct Exchange {
        let maxBody: Int
        let waiter: CheckedContinuation<Response, Error>
        var response: HTTPURLResponse?
        var body = Data()
        var tooLarge = false
    }

    private let lock = NSLock()
    private var exchanges: [Int: Exchange] = [:]
    private var session: URLSession!

    /// `configuration` lends its proxy and certificates.
    public init(configuration: URLSessionConfiguration = .ephemeral) {
        super.init()
        configuration.urlCache = nil
        configuration.httpCookieStorage = nil
        configuration.urlCredentialStorage = nil
        // Time is kept elsewhere.
        configuration.timeoutIntervalForRequest = 86_400
        session = URLSession(configuration: configuration, delegate: self, delegateQueue: nil)
    }

    public func send(_ request: Request) async throws -> Response {
        guard let url = URL(string: request.url) else {
            throw TransportError(.broken, sent: .no, detail: "the URL cannot be read")
        }
        var asked = URLRequest(url: url)
        asked.httpMethod = request.method
        asked.httpBody = request.body
        asked.httpShouldHandleCookies = false
        request.headers.forEach { asked.addValue($0.value, forHTTPHeaderField: $0.name) }
        let task = session.dataTask(with: asked)
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { waiter in
                locked { exchanges[task.taskIdentifier] = Exchange(maxBody: request.maxBody, waiter: waiter) }
                task.resume()
            }
        } onCancel: {
            task.cancel()
        }
    }

    public func close() {
        session.invalidateAndCancel()
    }

    public func urlSession(
        _ session: URLSession, task: URLSessionTask, willPerformHTTPRedirection response: HTTPURLResponse,
        newRequest request: URLRequest, completionHandler: @escaping (URLRequest?) -> Void
    ) {
        completionHandler(nil)
    }

    public func urlSession(
        _ session: URLSession, dataTask: URLSessionDataTask, didReceive response: URLResponse,
        completionHandler: @escaping (URLSession.ResponseDisposition) -> Void
    ) {
        locked { exchanges[dataTask.taskIdentifier]?.response = response as? HTTPURLResponse }
        completionHandler(.allow)
    }

    public func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
        let tooLarge: Bool = locked {
            guard var exchange = exchanges[dataTask.taskIdentifier] else { return true }
            exchange.tooLarge = exchange.body.count + data.count > exchange.maxBody
            if !exchange.tooLarge { exchange.body.append(data) }
            exchanges[dataTask.taskIdentifier] = exchange
            return exchange.tooLarge
        }
        if tooLarge { dataTask.cancel() }
    }

    public func urlSession(_ session: URLSession, task: URLSessionTask, didCompleteWithError error: Error?) {
        guard let exchange = locked({ exchanges.removeValue(forKey: task.taskIdentifier) }) else { return }
        if exchange.tooLarge {
            exchange.waiter.resume(throwing: TransportError(.tooLarge, sent: .maybe))
        } else if let error = error {
            exchange.waiter.resume(throwing: failure(error))
        } else if let response = exchange.response ?? task.response as? HTTPURLResponse {
            let headers = response.allHeaderFields.map { Header(name: "\($0.key)", value: "\($0.value)") }
            exchange.waiter.resume(
                returning: Response(status: response.statusCode, headers: headers, body: exchange.body))
        } else {
            exchange.waiter.resume(throwing: TransportError(.broken, sent: .maybe))
        }
    }

    /// Without the error's text: it may hold a URL.
    private func failure(_ error: Error) -> TransportError {
        guard let code = (error as? URLError)?.code else { return TransportError(.broken, sent: .maybe) }
        let detail = "URLError \(code.rawValue)"
        switch code {
        case .cancelled:
            return TransportError(.cancelled, sent: .maybe, detail: detail)
        case .cannotFindHost, .dnsLookupFailed:
            return TransportError(.dns, sent: .no, detail: detail)
        case .cannotConnectToHost, .notConnectedToInternet:
            return TransportError(.refused, sent: .no, detail: detail)
        case .timedOut:
            return TransportError(.timeout, sent: .maybe, detail: detail)
        case .secureConnectionFailed, .serverCertificateUntrusted, .serverCertificateHasBadDate,
            .serverCertificateHasUnknownRoot, .serverCertificateNotYetValid, .clientCertificateRejected,
            .clientCertificateRequired:
            return TransportError(.tls, sent: .maybe, detail: detail)
        default:
            return TransportError(.broken, sent: .maybe, detail: detail)
        }
    }

    private func locked<T>(_ work: () -> T) -> T {
        lock.lock()
        defer { lock.unlock() }
        return work()
    }
}
