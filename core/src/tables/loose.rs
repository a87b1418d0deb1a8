//! A table whose columns show themselves only in the answer: the dimensions of a grouping, the metrics of a pivot.

use arrow_array::RecordBatch;
use arrow_schema::{DataType, Field};

use super::Fault;
use super::column::{Column, Kind, Value};
use super::sheet::{EXTRA, batch};

/// A table under construction, with columns that are added when they are first met.
#[derive(Debug, Default)]
pub(super) struct Loose {
    columns: Vec<(String, Kind, Column)>,
    extra: Option<Column>,
    rows: usize,
}

impl Loose {
    /// A table that has these columns even where no row has a value for them.
    pub(super) fn new<'a>(columns: impl IntoIterator<Item = (&'a str, Kind)>) -> Self {
        let columns = columns.into_iter().map(|(name, kind)| (name.to_owned(), kind, Column::new(kind)));
        Loose { columns: columns.collect(), ..Loose::default() }
    }

    pub(super) fn rows(&self) -> usize {
        self.rows
    }

    pub(super) fn begin(&mut self) -> usize {
        self.rows += 1;
        self.rows - 1
    }

    fn column(&mut self, name: &str, kind: Kind) -> Option<&mut Column> {
        let nth = match self.columns.iter().position(|(have, ..)| have == name) {
            Some(nth) => nth,
            None => {
                self.columns.push((name.to_owned(), kind, Column::new(kind)));
                self.columns.len() - 1
            }
        };
        self.columns.get_mut(nth).map(|(.., column)| column)
    }

    pub(super) fn set(&mut self, row: usize, name: &str, value: Value<'_>) -> bool {
        let kind = match value {
            Value::Bool(_) => Kind::Bool,
            Value::Float(_) => Kind::Float,
            Value::Int(_) => Kind::Int,
            Value::Str(_) => Kind::Str,
            Value::Time(_) => Kind::Time,
        };
        self.column(name, kind).is_some_and(|column| column.set(row, value))
    }

    /// Takes a value as it came; false where the column cannot hold it.
    pub(super) fn set_raw(&mut self, row: usize, name: &str, kind: Kind, raw: &str) -> bool {
        self.column(name, kind).is_some_and(|column| column.set_raw(row, raw, kind))
    }

    /// Sets what no column of the row could hold.
    pub(super) fn set_extra(&mut self, row: usize, members: &str) {
        if !members.is_empty() {
            let extra = self.extra.get_or_insert_with(|| Column::new(Kind::Str));
            extra.set(row, Value::Str(&format!("{{{members}}}")));
        }
    }

    pub(super) fn finish(self) -> Result<RecordBatch, Fault> {
        let rows = self.rows;
        let extra = self.extra.unwrap_or_else(|| Column::new(Kind::Str));
        let fields = self.columns.iter().map(|(name, kind, _)| Field::new(name, kind.data_type(), true));
        let fields = fields.chain([Field::new(EXTRA, DataType::Utf8, true)]).collect();
        let columns = self.columns.into_iter().map(|(.., column)| column).chain([extra]);
        batch(fields, columns.map(|column| column.finish(rows)).collect::<Result<_, _>>()?, rows)
    }
}
