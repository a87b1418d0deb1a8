import Foundation
import PegcountCore
#if canImport(Security)
import Security
#endif

/// Where a token is kept for others. A store that throws means no sharing, never a failed report.
///
/// When to load, lock, save or take a lock over is decided elsewhere.
public protocol TokenStore: Sendable {
    /// The record, or nil if there is none. Takes no lock.
    func load() throws -> String?

    /// Makes the lock if nobody holds it, or puts `owner` in the place of `takeover` if that one still holds it.
    /// Answers who holds the lock afterwards.
    func lock(owner: String, takeover: String?) throws -> String

    /// Replaces the record, all or nothing.
    func save(_ record: String) throws

    /// Removes the lock if `owner` holds it.
    func unlock(owner: String) throws
}

/// A token in a file of mode 0600, and a `.lock` file beside it: shared with other processes and languages.
public struct FileStore: TokenStore {
    /// The file.
    public let path: String
    private let file: TokenFile

    public init(path: String) {
        self.path = path
        file = TokenFile(path: path)
    }

    public func load() throws -> String? { try file.load() }

    public func lock(owner: String, takeover: String?) throws -> String { try file.lock(owner: owner, takeover: takeover) }

    public func save(_ record: String) throws { try file.save(record: record) }

    public func unlock(owner: String) throws { try file.unlock(owner: owner) }

    /// Forgets the token. Answers whether there was one.
    @discardableResult
    public func clear() throws -> Bool { try file.clear() }
}

#if canImport(Security)
/// A token in the Keychain, for apps and their extensions. A second item, which only one can add, is the lock.
public struct KeychainStore: TokenStore {
    /// The Keychain refused.
    public struct Refused: Error {
        /// What it said.
        public let code: OSStatus
    }

    private let account: String
    private let group: String?

    /// `account` names the client, such as its id; `group` is an access group shared with extensions.
    public init(account: String, group: String? = nil) {
        self.account = account
        self.group = group
    }

    public func load() throws -> String? { try read(account) }

    public func lock(owner: String, takeover: String?) throws -> String {
        if let takeover = takeover, try read(name) == takeover {
            try write(name, owner)
        } else if try add(name, owner) {
            return owner
        }
        return try read(name) ?? ""
    }

    public func save(_ record: String) throws { try write(account, record) }

    public func unlock(owner: String) throws {
        guard try read(name) == owner else { return }
        try check(SecItemDelete(item(name) as CFDictionary), or: errSecItemNotFound)
    }

    private var name: String { account + ".lock" }

    private func item(_ account: String) -> [String: Any] {
        var item: [String: Any] = [
            kSecClass as String: kSecClassGenericPassword,
            kSecAttrService as String: "pegcount",
            kSecAttrAccount as String: account,
        ]
        item[kSecAttrAccessGroup as String] = group
        return item
    }

    private func read(_ account: String) throws -> String? {
        var query = item(account)
        query[kSecReturnData as String] = true
        var found: CFTypeRef?
        let code = SecItemCopyMatching(query as CFDictionary, &found)
        if code == errSecItemNotFound { return nil }
        try check(code)
        return (found as? Data).map { String(decoding: $0, as: UTF8.self) }
    }

    private func add(_ account: String, _ text: String) throws -> Bool {
        var whole = item(account)
        whole[kSecValueData as String] = Data(text.utf8)
        whole[kSecAttrAccessible as String] = kSecAttrAccessibleAfterFirstUnlockThisDeviceOnly
        let code = SecItemAdd(whole as CFDictionary, nil)
        try check(code, or: errSecDuplicateItem)
        return code == errSecSuccess
    }

    private func write(_ account: String, _ text: String) throws {
        if try add(account, text) { return }
        let change = [kSecValueData as String: Data(text.utf8)]
        try check(SecItemUpdate(item(account) as CFDictionary, change as CFDictionary))
    }

    private func check(_ code: OSStatus, or also: OSStatus = errSecSuccess) throws {
        guard code == errSecSuccess || code == also else { throw Refused(code: code) }
    }
}
#endif

/// Carries out one order of the core and answers in its shape.
func carryOut(_ op: StoreOp, on store: TokenStore?) -> String {
    guard let store = store else { return answer(["failed": "there is none"]) }
    do {
        switch op {
        case .load:
            return answer(["loaded": try store.load()])
        case let .lock(owner, takeover):
            let holder = try store.lock(owner: owner, takeover: takeover)
            return holder == owner ? "\"locked\"" : answer(["busy": holder])
        case .save(let record):
            try store.save(record.expose())
        case .unlock(let owner):
            try store.unlock(owner: owner)
        }
        return "\"done\""
    } catch Fault.Beside(let why) {
        return answer(["failed": why])
    } catch {
        // The text of an unknown store's error could hold the record.
        return answer(["failed": String(describing: type(of: error))])
    }
}
