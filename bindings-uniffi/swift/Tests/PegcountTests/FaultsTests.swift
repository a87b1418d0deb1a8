#if os(macOS) || os(Linux)
import Foundation
import XCTest

@testable import Pegcount

/// Whatever goes wrong on the way has one code, in every language the same.
final class FaultsTests: SandboxCase {
    func testFaultsThatDoNotEnd() async throws {
        for (fault, code) in [
            ("forbidden-policy", "forbidden.policy"), ("ip", "auth.ip_not_allowed"), ("html", "network.proxy"),
            ("retry-after", "limit.deferred"), ("huge", "limit.answer_too_large"),
            ("gzip-bomb", "limit.answer_too_large"), ("503", "server.unavailable"), ("500", "server.fault"),
            ("reset-before", "network.broken"), ("truncated", "network.broken"), ("hang", "network.timeout"),
        ] {
            try await sandbox.control("/faults", #"{"name":"\#(fault)","count":0}"#)
            var settings = self.settings()
            settings.maxBody = 1 << 20
            settings.clock = Fast()
            if fault == "hang" { settings.timeout = 0.3 }
            let client = try self.client(settings: settings)
            let problem = try await refusal {
                for try await _ in client.call(method: "GET", path: "/api/v2/routing/queues") {}
            }
            XCTAssertEqual(problem.code, code, fault)
            XCTAssertEqual(problem.explanation.code, code, fault)
            await client.close()
            try await sandbox.control("/reset")
        }
    }

    func testWhatMayHaveBeenDoneIsNotDoneTwice() async throws {
        let client = try self.client()
        _ = try await client.directory(of: "queues").read()
        try await sandbox.control("/faults", #"{"name":"reset-after","count":1}"#)
        let problem = try await refusal {
            for try await _ in client.call(method: "POST", path: "/api/v2/analytics/reporting/exports", body: [:]) {}
        }
        XCTAssertEqual(problem.code, "network.broken")
        XCTAssertEqual(problem.attempts, 1)
        await client.close()
    }

    func testAConnectionThatWasClosedMeanwhileIsReplaced() async throws {
        let client = try self.client()
        try await sandbox.control("/faults", #"{"name":"close","count":3}"#)
        for _ in 0..<4 {
            let table = try await client.directory(of: "queues").read().table
            XCTAssertGreaterThan(table.rowCount, 0)
        }
        await client.close()
    }

    func testClosingEndsThoseWhoWait() async throws {
        let client = try self.client()
        try await sandbox.control("/faults", #"{"name":"hang","count":0}"#)
        let waiting = Task { try await client.directory(of: "queues").read() }
        while try await sandbox.requests().isEmpty { await Task.yield() }
        await client.close()
        let problem = try await refusal { _ = try await waiting.value }
        XCTAssertEqual(problem.code, "cancelled")
    }
}
#endif
