//! One column under construction: values are set by row, and rows that nobody set are null.

use std::sync::Arc;

use arrow_array::ArrayRef;
use arrow_array::builder::{ArrayBuilder, TimestampMillisecondBuilder};
use arrow_array::builder::{BooleanBuilder, Float64Builder, Int64Builder, ListBuilder, StringBuilder};
use arrow_buffer::bit_util;
use arrow_schema::{DataType, Field, TimeUnit};
use serde::de::DeserializeSeed;

use super::Fault;
use super::cell::Cell;
use super::text::Text;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Bool,
    Float,
    Int,
    /// JSON text, as it came.
    Json,
    /// A list of strings; numbers in it keep their text.
    List,
    Str,
    /// Milliseconds since 1970 UTC.
    Time,
}

impl Kind {
    pub(super) fn data_type(self) -> DataType {
        match self {
            Kind::Bool => DataType::Boolean,
            Kind::Float => DataType::Float64,
            Kind::Int => DataType::Int64,
            Kind::Json | Kind::Str => DataType::Utf8,
            Kind::List => DataType::List(Arc::new(Field::new("item", DataType::Utf8, true))),
            Kind::Time => DataType::Timestamp(TimeUnit::Millisecond, Some("UTC".into())),
        }
    }
}

/// A value that is known already, to be set or repeated.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Value<'a> {
    Bool(bool),
    Float(f64),
    Int(i64),
    Str(&'a str),
    Time(i64),
}

/// A column. Rows are set in order; a row may be left out, and is null then.
#[derive(Debug)]
pub(super) enum Column {
    Bool(BooleanBuilder),
    Float(Float64Builder),
    Int(Int64Builder),
    List(ListBuilder<StringBuilder>),
    Str(Text),
    Time(TimestampMillisecondBuilder),
}

impl Column {
    pub(super) fn new(kind: Kind) -> Self {
        // Arrow's builders begin with room for 1,024 rows: most of two hundred columns never see one.
        match kind {
            Kind::Bool => Column::Bool(BooleanBuilder::with_capacity(0)),
            Kind::Float => Column::Float(Float64Builder::with_capacity(0)),
            Kind::Int => Column::Int(Int64Builder::with_capacity(0)),
            Kind::Json | Kind::Str => Column::Str(Text::new()),
            Kind::List => Column::List(ListBuilder::with_capacity(StringBuilder::with_capacity(0, 0), 0)),
            Kind::Time => Column::Time(TimestampMillisecondBuilder::with_capacity(0).with_timezone("UTC")),
        }
    }

    pub(super) fn len(&self) -> usize {
        match self {
            Column::Bool(column) => column.len(),
            Column::Float(column) => column.len(),
            Column::Int(column) => column.len(),
            Column::List(column) => column.len(),
            Column::Str(column) => column.len(),
            Column::Time(column) => column.len(),
        }
    }

    /// Fills with nulls up to a row.
    pub(super) fn pad(&mut self, rows: usize) {
        let missing = rows.saturating_sub(self.len());
        match self {
            _ if missing == 0 => {}
            Column::Bool(column) => column.append_nulls(missing),
            Column::Float(column) => column.append_nulls(missing),
            Column::Int(column) => column.append_nulls(missing),
            Column::List(column) => column.append_nulls(missing),
            Column::Str(column) => column.append_nulls(missing),
            Column::Time(column) => column.append_nulls(missing),
        }
    }

    /// Sets a row from JSON text; false where the value is of another kind, or the row is set already.
    pub(super) fn set_raw(&mut self, row: usize, raw: &str, kind: Kind) -> bool {
        let mut reader = serde_json::Deserializer::from_str(raw);
        matches!(Cell { column: self, row, kind, is_careful: false }.deserialize(&mut reader), Ok(None))
    }

    /// Sets a row of a list column from the JSON texts of its items; false where one of them is a list or an object.
    pub(super) fn set_list(&mut self, row: usize, items: &[&str]) -> bool {
        let text = |item: &&str| match *item {
            "null" => Some(None),
            text if text.starts_with('"') => serde_json::from_str::<String>(text).ok().map(Some),
            text if text.starts_with(['{', '[']) => None,
            text => Some(Some(text.to_owned())),
        };
        let Some(texts) = items.iter().map(text).collect::<Option<Vec<Option<String>>>>() else { return false };
        self.set_texts(row, texts.iter().map(Option::as_deref))
    }

    /// Sets a row of a list column.
    pub(super) fn set_texts<'a>(&mut self, row: usize, texts: impl Iterator<Item = Option<&'a str>>) -> bool {
        self.pad(row);
        let Column::List(column) = self else { return false };
        // A list is a list of the answer, whose size is bounded far below the 2 GiB of Arrow's offsets, and is never
        // repeated.
        texts.for_each(|text| column.values().append_option(text));
        column.append(true);
        true
    }

    /// Sets a row; false where it is set already, or there is no room left.
    pub(super) fn set(&mut self, row: usize, value: Value<'_>) -> bool {
        if self.len() > row {
            return false;
        }
        self.pad(row);
        self.repeat(value, 1)
    }

    /// Sets the rows from here on to one value.
    pub(super) fn repeat(&mut self, value: Value<'_>, times: usize) -> bool {
        match (self, value) {
            (Column::Bool(column), Value::Bool(value)) => column.append_n(times, value),
            (Column::Float(column), Value::Float(value)) => column.append_value_n(value, times),
            (Column::Int(column), Value::Int(value)) => column.append_value_n(value, times),
            (Column::Time(column), Value::Time(value)) => column.append_value_n(value, times),
            (Column::Str(column), Value::Str(value)) => return column.append(value, times),
            _ => return false,
        }
        true
    }

    /// The value of a row; lists are read with [`Column::finish`] only.
    pub(super) fn value(&self, row: usize) -> Option<Value<'_>> {
        let valid = |bits: Option<&[u8]>| bits.is_none_or(|bits| bits.len() * 8 > row && bit_util::get_bit(bits, row));
        if row >= self.len() {
            return None;
        }
        match self {
            Column::Bool(column) => (valid(column.validity_slice()) && column.values_slice().len() * 8 > row)
                .then(|| Value::Bool(bit_util::get_bit(column.values_slice(), row))),
            Column::Float(column) if valid(column.validity_slice()) => {
                column.values_slice().get(row).map(|value| Value::Float(*value))
            }
            Column::Int(column) if valid(column.validity_slice()) => {
                column.values_slice().get(row).map(|value| Value::Int(*value))
            }
            Column::Time(column) if valid(column.validity_slice()) => {
                column.values_slice().get(row).map(|value| Value::Time(*value))
            }
            Column::Str(column) => column.value(row).map(Value::Str),
            _ => None,
        }
    }

    pub(super) fn text(&self, row: usize) -> Option<&str> {
        match self {
            Column::Str(column) => column.value(row),
            _ => None,
        }
    }

    pub(super) fn time(&self, row: usize) -> Option<i64> {
        match self.value(row) {
            Some(Value::Time(at)) => Some(at),
            _ => None,
        }
    }

    pub(super) fn finish(mut self, rows: usize) -> Result<ArrayRef, Fault> {
        self.pad(rows);
        Ok(match self {
            Column::Bool(mut column) => Arc::new(column.finish()),
            Column::Float(mut column) => Arc::new(column.finish()),
            Column::Int(mut column) => Arc::new(column.finish()),
            Column::List(mut column) => Arc::new(column.finish()),
            Column::Str(column) if column.is_full() => return Err(Fault::Full),
            Column::Str(column) => column.finish().map_err(|_| Fault::Full)?,
            Column::Time(mut column) => Arc::new(column.finish()),
        })
    }
}

/// The text of a JSON string without escapes.
pub(super) fn plain(raw: &str) -> Option<&str> {
    let text = raw.strip_prefix('"')?.strip_suffix('"')?;
    // Short texts are the rule: a loop beats a call of memchr.
    (!text.bytes().any(|byte| byte == b'\\')).then_some(text)
}
