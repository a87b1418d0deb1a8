import Foundation
import PegcountCore

/// Rows of one kind.
public final class Table: @unchecked Sendable {
    private let native: PegcountCore.Table
    /// Its name, such as `segments`.
    public let name: String
    /// The number of rows.
    public let rowCount: Int
    /// The names of the columns, in order.
    public let columnNames: [String]

    init(_ native: PegcountCore.Table) {
        self.native = native
        name = native.name()
        rowCount = Int(native.rows())
        columnNames = native.columnNames()
    }

    /// The columns, copied out of Arrow memory.
    public func columns() throws -> Columns {
        Columns(try mapped { try native.flat() })
    }

    /// Arrow IPC in the streaming format.
    public func ipc() throws -> Data { try mapped { try native.ipc() } }

    /// Arrow IPC in the file format, also known as Feather 2.
    public func ipcFile() throws -> Data { try mapped { try native.ipcFile() } }

    /// CSV in UTF-8, with or without a line of column names.
    public func csv(header: Bool = true) throws -> Data { try mapped { try native.csv(header: header) } }

    /// JSON in UTF-8, one object a line.
    public func ndjson() throws -> Data { try mapped { try native.ndjson() } }
}

/// Tables by name, the main one first.
public struct Tables: Sequence, Sendable {
    private let tables: [Table]

    init(_ natives: [PegcountCore.Table]) {
        tables = natives.map(Table.init)
    }

    /// There is no table of this name.
    public struct Unknown: Error {
        /// What was asked for.
        public let name: String
        /// What there is.
        public let names: [String]
    }

    /// The main table: the only one of aggregates and listings.
    public var table: Table {
        get throws {
            guard let first = tables.first else { throw Unknown(name: "", names: []) }
            return first
        }
    }

    /// The table of this name.
    public subscript(_ name: String) -> Table {
        get throws {
            guard let found = tables.first(where: { $0.name == name }) else {
                throw Unknown(name: name, names: tables.map(\.name))
            }
            return found
        }
    }

    public func makeIterator() -> IndexingIterator<[Table]> { tables.makeIterator() }
}

/// The columns of a table by name: cells without a value are nil.
public struct Columns {
    private let rows: Int
    private let block: [UInt8]
    private let places: [String: Column]

    init(_ flat: Flat) {
        rows = Int(flat.rows)
        block = [UInt8](flat.block)
        places = Dictionary(flat.columns.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// What a column holds: `bool`, `float`, `int`, `time`, `text` or `list`; nil if there is no such column.
    public func kind(_ name: String) -> String? { places[name]?.kind }

    /// Truths.
    public func bools(_ name: String) -> [Bool?] {
        cells(name) { cells, row in bit(Int(cells.values!), row) }
    }

    /// Numbers with a fraction.
    public func doubles(_ name: String) -> [Double?] {
        cells(name) { cells, row in Double(bitPattern: UInt64(littleEndian: number(Int(cells.values!) + 8 * row))) }
    }

    /// Whole numbers; durations are milliseconds.
    public func ints(_ name: String) -> [Int64?] {
        cells(name) { cells, row in Int64(littleEndian: number(Int(cells.values!) + 8 * row)) }
    }

    /// Times.
    public func times(_ name: String) -> [Date?] {
        ints(name).map { $0.map(Date.init(milliseconds:)) }
    }

    /// Text.
    public func texts(_ name: String) -> [String?] {
        cells(name) { cells, row in text(cells, row) }
    }

    /// Lists of text.
    public func lists(_ name: String) -> [[String?]?] {
        guard let items = places[name]?.items else { return cells(name) { _, _ in [] } }
        return cells(name) { cells, row in
            (offset(cells, row)..<offset(cells, row + 1)).map { has(items, $0) ? text(items, $0) : nil }
        }
    }

    private func cells<T>(_ name: String, _ value: (Cells, Int) -> T) -> [T?] {
        guard let cells = places[name]?.cells else { return [] }
        return (0..<rows).map { has(cells, $0) ? value(cells, $0) : nil }
    }

    private func has(_ cells: Cells, _ row: Int) -> Bool {
        if cells.values == nil, cells.offsets == nil { return false }
        return cells.validity.map { bit(Int($0), row) } ?? true
    }

    private func bit(_ from: Int, _ row: Int) -> Bool {
        block[from + row / 8] >> UInt8(row % 8) & 1 == 1
    }

    private func offset(_ cells: Cells, _ row: Int) -> Int {
        Int(Int32(littleEndian: number(Int(cells.offsets!) + 4 * row)))
    }

    private func text(_ cells: Cells, _ row: Int) -> String {
        let from = Int(cells.values!)
        return String(decoding: block[from + offset(cells, row)..<from + offset(cells, row + 1)], as: UTF8.self)
    }

    private func number<T: FixedWidthInteger>(_ at: Int) -> T {
        block.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: at, as: T.self) }
    }
}
