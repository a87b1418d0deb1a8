#if os(macOS) || os(Linux)
import Foundation
import XCTest

@testable import Pegcount
#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// Real HTTP against a contact centre that no other test has seen: `run.sh` builds it and names it in SANDBOX_BIN.
class SandboxCase: XCTestCase {
    private(set) var sandbox: Sandbox!

    override func setUpWithError() throws {
        let program = ProcessInfo.processInfo.environment["SANDBOX_BIN"]
        sandbox = try Sandbox(XCTUnwrap(program, "SANDBOX_BIN names no program: use run.sh"))
    }

    override func tearDown() {
        sandbox?.close()
    }

    func settings() -> Settings {
        var settings = Settings()
        settings.apiURL = sandbox.ready["api"].asText
        settings.loginURL = sandbox.ready["login"].asText
        settings.share = false
        return settings
    }

    func client(_ name: String = "reporting", secret: String? = nil, settings: Settings? = nil) throws -> Client {
        let known = sandbox.ready["clients"][name]
        let id = try XCTUnwrap(known["client_id"].asText)
        let told = try XCTUnwrap(known["client_secret"].asText)
        let credentials = Credentials.clientCredentials(id: id, secret: secret ?? told)
        return try Client(credentials: credentials, settings: settings ?? self.settings())
    }

    /// What was thrown on purpose.
    func refusal(_ act: () async throws -> Void, file: StaticString = #filePath, line: UInt = #line) async throws -> Problem {
        do {
            try await act()
        } catch let error as PegcountError {
            return error.problem
        }
        return try XCTUnwrap(nil, "it was not refused", file: file, line: line)
    }
}

/// A clock on which waiting takes no time.
final class Fast: Clock, @unchecked Sendable {
    private let lock = NSLock()
    private var time: Int64 = 1_000_000

    override func monotonic() -> Int64 { lock.withLock { time } }

    override func pass(_ milliseconds: Int64) async throws { lock.withLock { time += milliseconds } }
}

/// A running simulated contact centre.
final class Sandbox {
    let ready: JSON
    private let process = Process()
    private let input = Pipe()

    init(_ program: String) throws {
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = [
            "--seed", "7", "--now", "2026-03-10T09:00:00Z", "--org", "small", "--rate", "0", "--until-stdin-closes",
        ]
        // Held open until this process ends, however it does.
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        var line = Data()
        while !line.contains(UInt8(ascii: "\n")) {
            let more = output.fileHandleForReading.availableData
            if more.isEmpty { break }
            line.append(more)
        }
        ready = try JSONDecoder().decode(JSON.self, from: line)
    }

    /// Asks the control side to do something.
    @discardableResult
    func control(_ path: String, _ body: String? = nil) async throws -> JSON {
        var request = try URLRequest(url: url(path))
        request.httpMethod = "POST"
        request.httpBody = body.map { Data($0.utf8) }
        return try JSONDecoder().decode(JSON.self, from: await answer(request))
    }

    /// The log of requests.
    func requests() async throws -> [JSON] {
        let log = try JSONDecoder().decode(JSON.self, from: await answer(URLRequest(url: url("/requests"))))
        return log["requests"].asList
    }

    func close() {
        process.terminate()
        process.waitUntilExit()
    }

    private func url(_ path: String) throws -> URL {
        try XCTUnwrap(URL(string: (ready["control"].asText ?? "") + path))
    }

    /// Not every `URLSession` of 5.9 has its asynchronous methods.
    private func answer(_ request: URLRequest) async throws -> Data {
        try await withCheckedThrowingContinuation { waiter in
            URLSession.shared.dataTask(with: request) { data, response, error in
                if let error = error {
                    waiter.resume(throwing: error)
                } else if (response as? HTTPURLResponse)?.statusCode != 200 {
                    waiter.resume(throwing: URLError(.badServerResponse))
                } else {
                    waiter.resume(returning: data ?? Data())
                }
            }.resume()
        }
    }
}
#endif
