//! CSV, RFC 4180.

use arrow_array::RecordBatch;
use arrow_schema::Schema;

use super::{Cells, float, integer, list};
use crate::time::iso;

/// The line of column names.
pub fn csv_header(schema: &Schema, out: &mut Vec<u8>) {
    for (nth, field) in schema.fields().iter().enumerate() {
        if nth > 0 {
            out.push(b',');
        }
        text(field.name(), out);
    }
    out.extend_from_slice(b"\r\n");
}

/// One line a row.
pub fn csv_rows(batch: &RecordBatch, out: &mut Vec<u8>) {
    let columns = Cells::of(batch);
    for row in 0..batch.num_rows() {
        for (nth, column) in columns.iter().enumerate() {
            if nth > 0 {
                out.push(b',');
            }
            if column.is_null(row) {
                continue;
            }
            match column {
                Cells::Bool(column) => out.extend_from_slice(if column.value(row) { b"true" } else { b"false" }),
                Cells::Float(column) => float(column.value(row), out),
                Cells::Int(column) => integer(column.value(row), out),
                Cells::List(column) => text(&list(column, row).to_string(), out),
                Cells::Str(column) => text(column.value(row), out),
                Cells::Time(column) => out.extend_from_slice(iso(column.value(row)).as_bytes()),
                Cells::Other(_) => {}
            }
        }
        out.extend_from_slice(b"\r\n");
    }
}

/// Quoted where it must be, and where it is empty: nothing at all is null.
fn text(value: &str, out: &mut Vec<u8>) {
    if !value.is_empty() && !value.bytes().any(|byte| matches!(byte, b'"' | b',' | b'\r' | b'\n')) {
        out.extend_from_slice(value.as_bytes());
        return;
    }
    out.push(b'"');
    for part in value.split_inclusive('"') {
        out.extend_from_slice(part.as_bytes());
        if part.ends_with('"') {
            out.push(b'"');
        }
    }
    out.push(b'"');
}
