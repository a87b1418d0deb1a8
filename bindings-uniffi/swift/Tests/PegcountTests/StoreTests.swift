#if os(macOS) || os(Linux)
import Foundation
import XCTest

@testable import Pegcount

/// The token file, which many processes and languages share.
final class StoreTests: SandboxCase {
    private let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)

    override func tearDown() {
        try? FileManager.default.removeItem(at: folder)
        super.tearDown()
    }

    private var store: FileStore { FileStore(path: folder.appendingPathComponent("deep/token.json").path) }

    private func mode(_ mode: Int) throws {
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: store.path)
    }

    /// Asks with a store. Answers what was told meanwhile.
    private func notices(_ store: TokenStore) async throws -> [Notice] {
        var settings = self.settings()
        settings.share = true
        settings.tokenStore = store
        let client = try self.client(settings: settings)
        let table = try await client.directory(of: "queues").read().table
        XCTAssertGreaterThan(table.rowCount, 0)
        let notices = await client.notices()
        await client.close()
        return notices
    }

    func testTheFourOperations() throws {
        XCTAssertNil(try store.load())
        XCTAssertEqual(try store.lock(owner: "one", takeover: nil), "one")
        XCTAssertEqual(try store.lock(owner: "two", takeover: nil), "one")
        XCTAssertEqual(try store.lock(owner: "two", takeover: "three"), "one")
        XCTAssertEqual(try store.lock(owner: "two", takeover: "one"), "two")
        try store.unlock(owner: "one")
        XCTAssertEqual(try store.lock(owner: "three", takeover: nil), "two")
        try store.unlock(owner: "two")
        try store.save("record")
        try store.save("another")
        XCTAssertEqual(try store.load(), "another")
        XCTAssertTrue(try store.clear())
        XCTAssertFalse(try store.clear())
    }

    func testALogInIsShared() async throws {
        let first = try await notices(store)
        XCTAssertEqual(first.map(\.kind), ["minted"])
        let second = try await notices(store)
        XCTAssertEqual(second.map(\.kind), ["shared"])
    }

    func testAFileThatIsOpenToOthersIsNotUsed() async throws {
        _ = try await notices(store)
        try mode(0o644)
        let told = try await notices(store)
        XCTAssertEqual(told.map(\.kind), ["store", "minted"])
        XCTAssertTrue(told[0].text.contains("has mode 0644") && told[0].text.contains("chmod 600"), told[0].text)
        try mode(0o600)
        let token = try XCTUnwrap(JSON.read(XCTUnwrap(store.load()))["access_token"].asText)
        XCTAssertFalse(told[0].text.contains(token))
    }

    func testAStoreThatFailsMeansNoSharing() async throws {
        let told = try await notices(FileStore(path: "/dev/null/token.json"))
        XCTAssertTrue(told.contains { $0.kind == "store" })
    }
}
#endif
