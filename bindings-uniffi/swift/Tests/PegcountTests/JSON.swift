import Foundation

/// A JSON value. Absent and null are the same: an object is kept without its nulls.
enum JSON: Equatable, Codable {
    case null
    case bool(Bool)
    case int(Int64)
    case double(Double)
    case text(String)
    case list([JSON])
    case object([String: JSON])

    init(from decoder: Decoder) throws {
        let value = try decoder.singleValueContainer()
        if value.decodeNil() {
            self = .null
        } else if let bool = try? value.decode(Bool.self) {
            self = .bool(bool)
        } else if let int = try? value.decode(Int64.self) {
            self = .int(int)
        } else if let double = try? value.decode(Double.self) {
            self = .double(double)
        } else if let text = try? value.decode(String.self) {
            self = .text(text)
        } else if let list = try? value.decode([JSON].self) {
            self = .list(list)
        } else {
            self = JSON(try value.decode([String: JSON].self))
        }
    }

    init(_ fields: [String: JSON]) {
        self = .object(fields.filter { $0.value != .null })
    }

    init(_ text: String?) {
        self = text.map(JSON.text) ?? .null
    }

    init(_ int: Int64?) {
        self = int.map(JSON.int) ?? .null
    }

    init(_ texts: [String]) {
        self = .list(texts.map(JSON.text))
    }

    /// Reads text.
    static func read(_ text: String) throws -> JSON {
        try JSONDecoder().decode(JSON.self, from: Data(text.utf8))
    }

    /// Reads a file of `tests/vectors`.
    static func vectors(_ name: String) throws -> JSON {
        try JSONDecoder().decode(JSON.self, from: Data(contentsOf: folder.appendingPathComponent(name)))
    }

    /// `tests/vectors` of the repository.
    static let folder: URL = {
        var place = URL(fileURLWithPath: #filePath)
        while place.path != "/" {
            place.deleteLastPathComponent()
            let found = place.appendingPathComponent("tests/vectors")
            if FileManager.default.fileExists(atPath: found.appendingPathComponent("errors.json").path) { return found }
        }
        fatalError("tests/vectors is not there: the tests run in a copy of the repository")
    }()

    func encode(to encoder: Encoder) throws {
        var value = encoder.singleValueContainer()
        switch self {
        case .null: try value.encodeNil()
        case .bool(let bool): try value.encode(bool)
        case .int(let int): try value.encode(int)
        case .double(let double): try value.encode(double)
        case .text(let text): try value.encode(text)
        case .list(let list): try value.encode(list)
        case .object(let fields): try value.encode(fields)
        }
    }

    /// As text, the fields in the order of their names.
    func written() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }

    /// A field; null where there is none.
    subscript(_ name: String) -> JSON { fields[name] ?? .null }

    var fields: [String: JSON] {
        if case .object(let fields) = self { return fields }
        return [:]
    }

    var asList: [JSON] {
        if case .list(let list) = self { return list }
        return []
    }

    var asText: String? {
        if case .text(let text) = self { return text }
        return nil
    }

    var asInt: Int64? {
        if case .int(let int) = self { return int }
        return nil
    }
}
