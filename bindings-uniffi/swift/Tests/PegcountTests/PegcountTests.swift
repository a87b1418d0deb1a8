import Foundation
import PegcountCore
import XCTest

@testable import Pegcount

/// Without a network: a transport that answers from a queue.
final class PegcountTests: XCTestCase {
    private actor Queue: Transport {
        var answers: [Response]
        var requests: [Request] = []

        init(_ answers: [Response]) { self.answers = answers }

        func send(_ request: Request) async throws -> Response {
            requests.append(request)
            if request.url.hasSuffix("/oauth/token") {
                let token = #"{"access_token":"tok-SECRET","token_type":"bearer","expires_in":86400}"#
                return Response(status: 200, headers: [], body: Data(token.utf8))
            }
            if answers.isEmpty { throw TransportError(.broken, sent: .maybe) }
            return answers.removeFirst()
        }

        nonisolated func close() {}
    }

    private func client(_ answers: [Response]) throws -> (Client, Queue) {
        let queue = Queue(answers)
        var settings = Settings()
        settings.transport = queue
        settings.share = false
        settings.clock = Fast()
        let credentials = Credentials.clientCredentials(id: "id", secret: "hunter-SECRET")
        return (try Client(region: "eu_west_1", credentials: credentials, settings: settings), queue)
    }

    private func ok(_ body: String) -> Response { Response(status: 200, headers: [], body: Data(body.utf8)) }

    func testPagesAndTables() async throws {
        let body = #"{"entities":[{"id":"q","name":"Zoë"}],"pageCount":1,"pageNumber":1,"total":1}"#
        let (client, queue) = try self.client([ok(body), ok(body)])
        var pages = 0
        for try await page in client.directory(of: "queues") {
            pages += 1
            XCTAssertEqual(try page.table("queues").rowCount, 1)
        }
        XCTAssertEqual(pages, 1)
        let table = try await client.directory(of: "queues").read().table
        XCTAssertEqual(try table.columns().texts("name"), ["Zoë"])
        let requests = await queue.requests
        XCTAssertEqual(requests.count, 3, "one log-in and two pages")
        XCTAssertFalse("\(requests)".contains("SECRET"))
        await client.close()
    }

    func testRefusalsAreExplained() async throws {
        let (client, _) = try self.client([Response(status: 404, headers: [], body: Data(#"{"code":"not.found"}"#.utf8))])
        do {
            _ = try await client.call(method: "GET", path: "/api/v2/nothing").read()
            XCTFail("it was not refused")
        } catch PegcountError.notFound(let problem) {
            XCTAssertEqual(problem.attempts, 1)
        }
        XCTAssertThrowsError(try Client(region: "eu-wets-1")) { error in
            guard case PegcountError.config(let problem)? = error as? PegcountError else { return XCTFail("\(error)") }
            XCTAssertEqual(problem.code, "config.region")
        }
    }

    func testAClosedClientSaysSo() async throws {
        let (client, _) = try self.client([])
        await client.close()
        do {
            _ = try await client.directory(of: "queues").read()
            XCTFail("it went on")
        } catch is ClientClosed {}
    }
}
