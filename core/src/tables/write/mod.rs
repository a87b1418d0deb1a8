//! Tables as text and bytes: one format for all languages.
//!
//! | | CSV | NDJSON |
//! |---|---|---|
//! | null | nothing between the commas | the key is left out |
//! | empty text | `""` | `""` |
//! | time | ISO 8601 with milliseconds and `Z` | the same |
//! | number | the shortest text that reads back as the same | the same |
//! | list | JSON text | a JSON list |
//! | `_extra`, `properties`, … | JSON text | JSON text, as a string |
//!
//! CSV follows RFC 4180: lines end with CR LF, a field is quoted where it must be. Text is written as it came: a
//! spreadsheet that takes `=1+1` for a formula does so on its own account.

mod csv;
mod flat;
mod ipc;
mod ndjson;

pub use csv::{csv_header, csv_rows};
pub use flat::{Layout, Place, flat};
pub use ipc::{ipc_file, ipc_stream};
pub use ndjson::ndjson;

use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int64Type, TimestampMillisecondType};
use arrow_array::{Array, ArrayRef, BooleanArray, Float64Array, Int64Array, ListArray, StringArray};
use arrow_array::{RecordBatch, TimestampMillisecondArray};
use arrow_schema::DataType;
use serde_json::Value;

/// A column by its type, so that the type is looked at once and not for every row.
enum Cells<'a> {
    Bool(&'a BooleanArray),
    Float(&'a Float64Array),
    Int(&'a Int64Array),
    List(&'a ListArray),
    Str(&'a StringArray),
    Time(&'a TimestampMillisecondArray),
    /// Of a type that no table of this library has.
    Other(&'a ArrayRef),
}

impl<'a> Cells<'a> {
    fn of(batch: &'a RecordBatch) -> Vec<Cells<'a>> {
        batch.columns().iter().map(Cells::of_column).collect()
    }

    fn of_column(column: &'a ArrayRef) -> Cells<'a> {
        let cells = match column.data_type() {
            DataType::Boolean => column.as_boolean_opt().map(Cells::Bool),
            DataType::Float64 => column.as_primitive_opt::<Float64Type>().map(Cells::Float),
            DataType::Int64 => column.as_primitive_opt::<Int64Type>().map(Cells::Int),
            DataType::List(_) => column.as_list_opt().map(Cells::List),
            DataType::Utf8 => column.as_string_opt().map(Cells::Str),
            DataType::Timestamp(..) => column.as_primitive_opt::<TimestampMillisecondType>().map(Cells::Time),
            _ => None,
        };
        cells.unwrap_or(Cells::Other(column))
    }

    fn is_null(&self, row: usize) -> bool {
        match self {
            Cells::Bool(column) => column.is_null(row),
            Cells::Float(column) => column.is_null(row),
            Cells::Int(column) => column.is_null(row),
            Cells::List(column) => column.is_null(row),
            Cells::Str(column) => column.is_null(row),
            Cells::Time(column) => column.is_null(row),
            Cells::Other(column) => column.is_null(row),
        }
    }
}

fn list(column: &ListArray, row: usize) -> Value {
    let items = column.value(row);
    let texts = items.as_string_opt::<i32>();
    Value::Array(texts.into_iter().flatten().map(|text| text.map_or(Value::Null, Value::from)).collect())
}

/// A number as JSON writes it: `3`, not `3.0`, where nothing is lost by it.
fn float(value: f64, out: &mut Vec<u8>) {
    use std::io::Write;
    let written =
        if value.fract() == 0.0 && value.abs() < 1e15 { write!(out, "{value:.0}") } else { write!(out, "{value}") };
    debug_assert!(written.is_ok(), "a vector takes what is written to it");
}

fn integer(value: i64, out: &mut Vec<u8>) {
    use std::io::Write;
    let written = write!(out, "{value}");
    debug_assert!(written.is_ok(), "a vector takes what is written to it");
}

#[cfg(test)]
mod tests;
