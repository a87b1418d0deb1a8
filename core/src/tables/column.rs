//! One column under construction: the values that came, in the order of their rows, and which rows those are.
//!
//! Most columns of most tables are empty, and what an object tells of itself is repeated in every row inside it: so
//! nothing is written for a row without a value, and nothing is repeated, before the arrays are made (`array.rs`).

use std::borrow::Cow;
use std::sync::Arc;

use arrow_array::builder::{ListBuilder, StringBuilder};
use arrow_schema::{DataType, Field, TimeUnit};

use super::cell::Cell;
use crate::json::text_of;
use crate::reader::Reader;

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

/// A value that is known already.
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
pub(super) struct Column {
    pub(super) rows: Rows,
    /// One for each row that holds a value.
    pub(super) values: Values,
}

/// The rows that hold a value, in their order.
#[derive(Debug, Default)]
pub(super) struct Rows {
    count: u32,
    /// After the last of them.
    end: u32,
    /// Them, unless they are the first ones without a gap, which need no list.
    listed: Vec<u32>,
}

impl Rows {
    pub(super) fn len(&self) -> usize {
        self.count as usize
    }

    fn first_ones(&self) -> u32 {
        if self.count == self.end { self.count } else { 0 }
    }

    fn push(&mut self, row: u32) {
        if row > self.count {
            self.listed.extend(0..self.first_ones());
            self.listed.push(row);
        }
        (self.count, self.end) = (self.count + 1, row.saturating_add(1));
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = u32> {
        (0..self.first_ones()).chain(self.listed.iter().copied())
    }

    /// The place of a row among them. What is asked for is mostly what came last.
    fn find(&self, row: u32) -> Option<usize> {
        match self.end.checked_sub(1) {
            Some(last) if last == row => Some(self.len() - 1),
            _ if self.listed.is_empty() => (row < self.count).then_some(row as usize),
            _ => self.listed.binary_search(&row).ok(),
        }
    }
}

#[derive(Debug)]
pub(super) enum Values {
    Bool(Vec<bool>),
    Float(Vec<f64>),
    Int(Vec<i64>),
    List(Box<ListBuilder<StringBuilder>>),
    Text(Text),
    Time(Vec<i64>),
}

/// So many values are expected of a column that has one: to grow there in small steps would cost more than the room.
const EXPECTED: usize = 256;

impl Values {
    fn reserve(&mut self) {
        match self {
            Values::Bool(values) => values.reserve(EXPECTED),
            Values::Float(values) => values.reserve(EXPECTED),
            Values::Int(values) | Values::Time(values) => values.reserve(EXPECTED),
            Values::Text(texts) => {
                texts.bytes.reserve(EXPECTED * 16);
                texts.offsets.reserve(EXPECTED + 1);
                texts.offsets.push(0);
            }
            Values::List(_) => {}
        }
    }
}

/// Texts, one after the other.
#[derive(Debug, Default)]
pub(super) struct Text {
    pub(super) bytes: String,
    /// Where the first begins, if there is one, and where each ends.
    pub(super) offsets: Vec<i32>,
    /// Whether a text had no room: then the column is not what was asked for.
    pub(super) is_full: bool,
}

impl Text {
    /// Appends a text; false where there is no room: Arrow's offsets are 32 bits wide, a column of text holds 2 GiB.
    fn push(&mut self, text: &str) -> bool {
        let Ok(end) = i32::try_from(self.bytes.len() + text.len()) else {
            self.is_full = true;
            return false;
        };
        self.bytes.push_str(text);
        self.offsets.push(end);
        true
    }

    pub(super) fn get(&self, nth: usize) -> Option<&str> {
        let [from, to] = *self.offsets.get(nth..)?.first_chunk()?;
        let (from, to) = (usize::try_from(from).ok()?, usize::try_from(to).ok()?);
        self.bytes.get(from..to)
    }
}

impl Column {
    pub(super) fn new(kind: Kind) -> Self {
        // Nothing is allocated yet: most of two hundred columns never see a value.
        let values = match kind {
            Kind::Bool => Values::Bool(Vec::new()),
            Kind::Float => Values::Float(Vec::new()),
            Kind::Int => Values::Int(Vec::new()),
            Kind::Json | Kind::Str => Values::Text(Text::default()),
            Kind::List => Values::List(Box::new(ListBuilder::with_capacity(StringBuilder::with_capacity(0, 0), 0))),
            Kind::Time => Values::Time(Vec::new()),
        };
        Column { rows: Rows::default(), values }
    }

    /// Whether a row, or one after it, is set already.
    pub(super) fn is_set(&self, row: usize) -> bool {
        row < self.rows.end as usize
    }

    /// Sets a row from JSON text; false where the value is of another kind or finer than the column, or the row is set
    /// already.
    pub(super) fn set_raw(&mut self, row: usize, raw: &str, kind: Kind) -> bool {
        Cell { column: self, row, kind }.read(&mut Reader::new(raw)) == Ok(None)
    }

    /// Sets a row of a list column from the JSON texts of its items; false where one of them is a list or an object.
    pub(super) fn set_list<'a>(&mut self, row: usize, items: &[&'a str]) -> bool {
        let item = |raw: &&'a str| match *raw {
            "null" => Some(None),
            string if string.starts_with('"') => text_of(string).map(Some),
            nested if nested.starts_with(['{', '[']) => None,
            word => Some(Some(Cow::Borrowed(word))),
        };
        items.iter().all(|raw| item(raw).is_some()) && self.set_texts(row, items.iter().map(|raw| item(raw).flatten()))
    }

    /// Sets a row of a list column.
    pub(super) fn set_texts<T: AsRef<str>>(&mut self, row: usize, texts: impl Iterator<Item = Option<T>>) -> bool {
        let (false, Ok(place), Values::List(lists)) = (self.is_set(row), u32::try_from(row), &mut self.values) else {
            return false;
        };
        // A list is a list of the answer, whose size is bounded far below the 2 GiB of Arrow's offsets, and is never
        // repeated.
        texts.for_each(|text| lists.values().append_option(text));
        lists.append(true);
        self.rows.push(place);
        true
    }

    /// Sets a row; false where it is set already, the value is of another kind, or there is no room left.
    #[inline(always)]
    pub(super) fn set(&mut self, row: usize, value: Value<'_>) -> bool {
        let (false, Ok(place)) = (self.is_set(row), u32::try_from(row)) else { return false };
        if self.rows.count == 0 {
            self.values.reserve();
        }
        match (&mut self.values, value) {
            (Values::Bool(values), Value::Bool(value)) => values.push(value),
            (Values::Float(values), Value::Float(value)) => values.push(value),
            (Values::Int(values), Value::Int(value)) | (Values::Time(values), Value::Time(value)) => values.push(value),
            (Values::Text(values), Value::Str(value)) => {
                if !values.push(value) {
                    return false;
                }
            }
            _ => return false,
        }
        self.rows.push(place);
        true
    }

    fn find(&self, row: usize) -> Option<usize> {
        self.rows.find(u32::try_from(row).ok()?)
    }

    pub(super) fn text(&self, row: usize) -> Option<&str> {
        match &self.values {
            Values::Text(texts) => texts.get(self.find(row)?),
            _ => None,
        }
    }

    pub(super) fn time(&self, row: usize) -> Option<i64> {
        match &self.values {
            Values::Time(times) => times.get(self.find(row)?).copied(),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Rows;

    #[test]
    fn rows_are_the_same_whether_they_are_listed_or_not() {
        for set in [&[][..], &[0, 1, 2], &[0, 1, 3, 4], &[1], &[2, 3, 7]] {
            let mut rows = Rows::default();
            set.iter().for_each(|row| rows.push(*row));
            assert_eq!(rows.iter().collect::<Vec<_>>(), set);
            for row in 0..9 {
                assert_eq!(rows.find(row), set.iter().position(|have| *have == row), "{row} of {set:?}");
            }
        }
    }
}
