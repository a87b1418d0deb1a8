//! One JSON object a row and line.

use arrow_array::RecordBatch;
use serde_json::Value;

use super::{Cells, float, integer, list};
use crate::time::iso;

/// One line a row; keys without a value are left out.
pub fn ndjson(batch: &RecordBatch, out: &mut Vec<u8>) {
    let columns = Cells::of(batch);
    let schema = batch.schema();
    let keys: Vec<String> =
        schema.fields().iter().map(|field| Value::from(field.name().as_str()).to_string()).collect();
    for row in 0..batch.num_rows() {
        out.push(b'{');
        let mut first = true;
        for (key, column) in keys.iter().zip(&columns) {
            if column.is_null(row) || matches!(column, Cells::Other(_)) {
                continue;
            }
            if !std::mem::take(&mut first) {
                out.push(b',');
            }
            out.extend_from_slice(key.as_bytes());
            out.push(b':');
            match column {
                Cells::Bool(column) => out.extend_from_slice(if column.value(row) { b"true" } else { b"false" }),
                Cells::Float(column) => float(column.value(row), out),
                Cells::Int(column) => integer(column.value(row), out),
                Cells::List(column) => out.extend_from_slice(list(column, row).to_string().as_bytes()),
                Cells::Str(column) => out.extend_from_slice(Value::from(column.value(row)).to_string().as_bytes()),
                Cells::Time(column) => {
                    out.push(b'"');
                    out.extend_from_slice(iso(column.value(row)).as_bytes());
                    out.push(b'"');
                }
                Cells::Other(_) => {}
            }
        }
        out.extend_from_slice(b"}\n");
    }
}
