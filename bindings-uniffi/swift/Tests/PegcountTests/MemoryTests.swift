#if os(Linux)
import Foundation
import XCTest

@testable import Pegcount

/// Ten thousand calls leave memory where it was.
final class MemoryTests: SandboxCase {
    /// Kilobytes in use.
    private func memory() throws -> Int {
        let lines = try String(contentsOfFile: "/proc/self/status", encoding: .utf8).split(whereSeparator: \.isNewline)
        let line = try XCTUnwrap(lines.first { $0.hasPrefix("VmRSS") })
        return try XCTUnwrap(Int(line.filter(\.isNumber)))
    }

    func testTenThousandCalls() async throws {
        var settings = self.settings()
        settings.pace = 1_000_000
        let client = try self.client(settings: settings)
        func calls(_ number: Int) async throws {
            for _ in 0..<number {
                let table = try await client.directory(of: "queues").read().table
                XCTAssertGreaterThan(table.rowCount, 0)
            }
        }
        try await calls(2_000)
        let before = try memory()
        try await calls(10_000)
        let after = try memory()
        print("memory before ten thousand calls: \(before) kB, after: \(after) kB")
        XCTAssertLessThan(after, before + 20_000, "a page more for each call would be far more")
        await client.close()
    }
}
#endif
