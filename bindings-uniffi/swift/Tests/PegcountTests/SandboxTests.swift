#if os(macOS) || os(Linux)
import Foundation
import XCTest

@testable import Pegcount

final class SandboxTests: SandboxCase {
    /// What a call answers.
    private func ask(_ client: Client, _ path: String) async throws -> JSON {
        var answer = JSON.null
        for try await page in client.call(method: "GET", path: path) {
            answer = try JSONDecoder().decode(JSON.self, from: page.body)
        }
        return answer
    }

    private func interval() throws -> String {
        try XCTUnwrap(sandbox.ready["interval"].asText)
    }

    func testPagesComeOneByOneAndAreReadAtOnce() async throws {
        let client = try self.client()
        var (pages, rows, ids) = (0, 0, Set<String?>())
        for try await page in client.conversations(interval: try interval(), pageSize: 50) {
            let table = try page.table("conversations")
            pages += 1
            rows += table.rowCount
            ids.formUnion(try ConversationsColumns(table).conversationId)
        }
        XCTAssertGreaterThanOrEqual(pages, 4)
        XCTAssertEqual(ids.count, rows)
        let tables = try await client.conversations(interval: try interval(), pageSize: 50).read()
        XCTAssertEqual(try tables.table.rowCount, rows)
        let segments = try tables["segments"]
        let lines = String(decoding: try segments.csv(), as: UTF8.self).split(whereSeparator: \.isNewline)
        XCTAssertEqual(lines.first?.split(separator: ",").map(String.init), segments.columnNames)
        await client.close()
    }

    func testATokenThatDiesInTheMiddleIsRenewed() async throws {
        let client = try self.client()
        var pages = 0
        for try await _ in client.conversations(interval: try interval(), pageSize: 50) {
            if pages == 0 { try await sandbox.control("/tokens/revoke") }
            pages += 1
        }
        XCTAssertGreaterThanOrEqual(pages, 4)
        let kinds = await client.notices().map(\.kind)
        XCTAssertEqual(kinds.filter { $0 == "minted" }.count, 2)
        XCTAssertEqual(kinds.filter { $0 == "token_refused" }.count, 1)
        await client.close()
    }

    func testALimitIsWaitedFor() async throws {
        let client = try self.client()
        try await sandbox.control("/faults", #"{"name":"429","arg":1,"count":1}"#)
        let table = try await client.directory(of: "queues").read().table
        XCTAssertGreaterThan(table.rowCount, 0)
        let limits = await client.notices().filter { $0.kind == "limit" }
        XCTAssertEqual(limits.count, 1)
        await client.close()
    }

    func testARoleWithoutAnalytics() async throws {
        let client = try self.client("no-analytics")
        do {
            _ = try await client.conversations(interval: try interval()).read()
            XCTFail("it was not refused")
        } catch PegcountError.forbidden(let problem) {
            XCTAssertEqual(problem.code, "forbidden.permission")
            XCTAssertEqual(problem.status, 403)
            XCTAssertTrue(problem.explanation.missing.contains("analytics:conversationDetail:view"))
            XCTAssertNotNil(problem.requestId)
        }
        await client.close()
    }

    func testASecretThatIsWrongIsNotTold() async throws {
        let client = try self.client(secret: "hunter-SECRET")
        do {
            _ = try await client.directory(of: "queues").read()
            XCTFail("it was not refused")
        } catch PegcountError.auth(let problem) {
            XCTAssertEqual(problem.code, "auth.wrong_secret")
            let notices = await client.notices()
            XCTAssertFalse("\(problem)\(notices)".contains("SECRET"))
        }
        await client.close()
    }

    func testManyTasksShareOneLogIn() async throws {
        let client = try self.client()
        let counts = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<16 {
                group.addTask { try await client.directory(of: "queues").read().table.rowCount }
            }
            return try await group.reduce(into: Set<Int>()) { $0.insert($1) }
        }
        XCTAssertEqual(counts.count, 1)
        let minted = await client.notices().filter { $0.kind == "minted" }
        XCTAssertEqual(minted.count, 1)
        await client.close()
    }

    func testATaskThatIsCancelledEndsItsReport() async throws {
        let client = try self.client()
        try await sandbox.control("/faults", #"{"name":"hang","count":0}"#)
        let waiting = Task { try await client.directory(of: "queues").read() }
        while try await sandbox.requests().isEmpty { await Task.yield() }
        waiting.cancel()
        do {
            _ = try await waiting.value
            XCTFail("it went on")
        } catch is CancellationError {}
        await client.close()
    }

    func testAPersonLogsInWithoutASecret() async throws {
        let id = try XCTUnwrap(sandbox.ready["clients"]["pkce"]["client_id"].asText)
        let callback = "http://localhost:8085/callback"
        let login = try Login(redirectURI: callback, clientID: id, loginURL: sandbox.ready["login"].asText)
        let given = try login.finish(try await walk(login.url))
        let client = try Client(credentials: given, settings: settings())
        let me = try await ask(client, "/api/v2/users/me")
        XCTAssertEqual(me["id"], sandbox.ready["user"]["id"])
        await client.close()
    }

    /// What a person does at the log-in page. Answers the address at which the browser comes back.
    private func walk(_ url: String) async throws -> String {
        func field(_ name: String) throws -> String {
            let text = try XCTUnwrap(sandbox.ready["user"][name].asText)
            let escaped = try XCTUnwrap(text.addingPercentEncoding(withAllowedCharacters: .alphanumerics))
            return "\(name)=\(escaped)"
        }
        let form = try [field("username"), field("password"), "decision=allow"].joined(separator: "&")
        // It follows no redirects.
        let browser = URLSessionTransport()
        let kind = Header(name: "Content-Type", value: "application/x-www-form-urlencoded")
        let answer = try await browser.send(
            Request(method: "POST", url: url, headers: [kind], body: Data(form.utf8), maxBody: 1 << 20))
        browser.close()
        return try XCTUnwrap(answer.headers.first { $0.name.lowercased() == "location" }).value
    }

    func testARotatedSecretIsPickedUp() async throws {
        let known = sandbox.ready["clients"]["admin"]
        let vault = Vault(try XCTUnwrap(known["client_secret"].asText))
        let id = known["client_id"].asText
        var settings = self.settings()
        settings.provider = { ProvidedCredentials(id: id, secret: await vault.read()) }
        let client = try Client(settings: settings)
        _ = try await ask(client, "/api/v2/organizations/me")
        let rotated = try await sandbox.control("/clients/admin/rotate-secret")
        await vault.put(try XCTUnwrap(rotated["client_secret"].asText))
        try await sandbox.control("/tokens/revoke")
        let organization = try await ask(client, "/api/v2/organizations/me")
        XCTAssertNotEqual(organization["id"], .null)
        let asked = await vault.asked
        XCTAssertEqual(asked, 2)
        await client.close()
    }

    func testAJobThatNobodyWantsIsEndedOnTheServer() async throws {
        let client = try self.client()
        let waiting = Task { try await client.conversations(interval: "2026-02-27/2026-02-28", via: .job).read() }
        while try await !jobs().contains("GET") { await Task.yield() }
        waiting.cancel()
        do {
            _ = try await waiting.value
            XCTFail("it went on")
        } catch is CancellationError {}
        await client.close()
        let methods = try await jobs()
        XCTAssertEqual(methods.last, "DELETE")
    }

    /// The methods of the requests about jobs, up to when these have data left out.
    private func jobs() async throws -> [String] {
        let about = try await sandbox.requests().filter { request in
            let path = request["path"].asText ?? ""
            return path.contains("/details/jobs") && !path.hasSuffix("/availability")
        }
        return about.compactMap { $0["method"].asText }
    }
}

/// Where a secret is kept.
private actor Vault {
    private var secret: String
    private(set) var asked = 0

    init(_ secret: String) { self.secret = secret }

    func read() -> String {
        asked += 1
        return secret
    }

    func put(_ secret: String) { self.secret = secret }
}
#endif
