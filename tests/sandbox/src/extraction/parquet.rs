//! Flat tables as Apache Parquet: one row group, a page for each column, plain and uncompressed. Every column may be null.
//!
//! The format: github.com/apache/parquet-format; its metadata are Thrift structs in the compact protocol.

use serde_json::Value;

/// What a column holds.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Number,
}

/// A column's name and what it holds.
pub(super) type Column = (&'static str, Kind);

/// Types of the compact protocol.
const I32: u8 = 5;
const I64: u8 = 6;
const BINARY: u8 = 8;
const LIST: u8 = 9;
const STRUCT: u8 = 12;

const MAGIC: &[u8] = b"PAR1";

/// A Thrift struct, written field by field in the order of their numbers.
#[derive(Default)]
struct Struct {
    out: Vec<u8>,
    last: u8,
}

impl Struct {
    fn field(&mut self, number: u8, kind: u8) -> &mut Vec<u8> {
        self.out.push((number - self.last) << 4 | kind);
        self.last = number;
        &mut self.out
    }

    fn i32(mut self, number: u8, value: i64) -> Self {
        signed(self.field(number, I32), value);
        self
    }

    fn i64(mut self, number: u8, value: usize) -> Self {
        signed(self.field(number, I64), value as i64);
        self
    }

    fn text(mut self, number: u8, value: &str) -> Self {
        binary(self.field(number, BINARY), value);
        self
    }

    fn list(mut self, number: u8, kind: u8, items: Vec<Vec<u8>>) -> Self {
        let out = self.field(number, LIST);
        match items.len() {
            count @ ..15 => out.push((count as u8) << 4 | kind),
            count => {
                out.push(0xF0 | kind);
                varint(out, count as u64);
            }
        }
        items.iter().for_each(|item| out.extend_from_slice(item));
        self
    }

    fn inner(mut self, number: u8, inner: Self) -> Self {
        let bytes = inner.end();
        self.field(number, STRUCT).extend_from_slice(&bytes);
        self
    }

    fn end(mut self) -> Vec<u8> {
        self.out.push(0);
        self.out
    }
}

fn varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

fn signed(out: &mut Vec<u8>, value: i64) {
    varint(out, ((value << 1) ^ (value >> 63)) as u64);
}

fn binary(out: &mut Vec<u8>, text: &str) {
    varint(out, text.len() as u64);
    out.extend_from_slice(text.as_bytes());
}

fn length(out: &mut Vec<u8>, count: usize) {
    out.extend_from_slice(&(count as u32).to_le_bytes());
}

/// A page's bytes: which values there are, a bit for each, then these.
fn page(at: usize, kind: Kind, rows: &[Vec<Value>]) -> Vec<u8> {
    let groups = rows.len().div_ceil(8);
    let mut levels = Vec::new();
    varint(&mut levels, (groups as u64) << 1 | 1);
    let first = levels.len();
    levels.resize(first + groups, 0);
    let mut values = Vec::new();
    for (row, cells) in rows.iter().enumerate() {
        match (kind, &cells[at]) {
            (Kind::Text, Value::String(text)) => {
                length(&mut values, text.len());
                values.extend_from_slice(text.as_bytes());
            }
            (Kind::Number, Value::Number(number)) => {
                values.extend_from_slice(&number.as_i64().unwrap_or_default().to_le_bytes());
            }
            _ => continue,
        }
        levels[first + row / 8] |= 1 << (row % 8);
    }
    let mut out = Vec::new();
    length(&mut out, levels.len());
    out.extend(levels);
    out.extend(values);
    out
}

/// The file of a table; what does not fit its column is null.
pub(super) fn written(columns: &[Column], rows: &[Vec<Value>]) -> Vec<u8> {
    let mut out = MAGIC.to_vec();
    let mut chunks = Vec::new();
    for (at, (name, kind)) in columns.iter().enumerate().filter(|_| !rows.is_empty()) {
        let page = page(at, *kind, rows);
        // Plain values; levels as runs.
        let data = Struct::default().i32(1, rows.len() as i64).i32(2, 0).i32(3, 3).i32(4, 3);
        let size = page.len() as i64;
        let header = Struct::default().i32(1, 0).i32(2, size).i32(3, size).inner(5, data).end();
        let (offset, length) = (out.len(), header.len() + page.len());
        let mut path = Vec::new();
        binary(&mut path, name);
        let encodings = [0, 3].map(|encoding| {
            let mut out = Vec::new();
            signed(&mut out, encoding);
            out
        });
        let about =
            Struct::default().i32(1, physical(*kind)).list(2, I32, encodings.into()).list(3, BINARY, vec![path]);
        let about = about.i32(4, 0).i64(5, rows.len()).i64(6, length).i64(7, length).i64(9, offset);
        chunks.push(Struct::default().i64(2, offset).inner(3, about).end());
        out.extend(header);
        out.extend(page);
    }
    let leaves = columns.iter().map(|(name, kind)| {
        let leaf = Struct::default().i32(1, physical(*kind)).i32(3, 1).text(4, name);
        if *kind == Kind::Text { leaf.i32(6, 0).end() } else { leaf.end() }
    });
    let root = Struct::default().text(4, "schema").i32(5, columns.len() as i64).end();
    let schema = std::iter::once(root).chain(leaves).collect();
    let bytes = out.len() - MAGIC.len();
    let group = Struct::default().list(1, STRUCT, chunks).i64(2, bytes).i64(3, rows.len()).end();
    let groups = if rows.is_empty() { Vec::new() } else { vec![group] };
    let footer = Struct::default().i32(1, 1).list(2, STRUCT, schema).i64(3, rows.len()).list(4, STRUCT, groups);
    let footer = footer.text(6, "pegcount-sandbox").end();
    out.extend_from_slice(&footer);
    length(&mut out, footer.len());
    out.extend_from_slice(MAGIC);
    out
}

/// `INT64` or `BYTE_ARRAY`.
fn physical(kind: Kind) -> i64 {
    if kind == Kind::Number { 2 } else { 6 }
}
