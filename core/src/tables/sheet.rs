//! One table under construction, from its description.

use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{DataType, Field, Schema};

use super::Fault;
use super::array::{Span, spans};
use super::cell::Cell;
use super::column::{Column, Kind, Value};
use super::keys::Keys;

/// Where a column's values come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum From {
    /// A key of the object.
    Key(&'static str),
    /// The position of the object among its siblings.
    Index,
    /// A column of an object around it: the places of the table and of the column in it.
    Up(usize, usize),
    /// Reckoned when the object ends.
    Derived,
}

/// The description of a column: the one place where it is named.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spec {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    pub(super) from: From,
}

/// The place of a column in a description; reckoned when the library is built, so a wrong name does not build.
#[expect(clippy::indexing_slicing, clippy::panic, reason = "in a constant it is the build that fails")]
pub(super) const fn place(specs: &[Spec], name: &str) -> usize {
    let mut nth = 0;
    while nth < specs.len() {
        if same(specs[nth].name.as_bytes(), name.as_bytes()) {
            return nth;
        }
        nth += 1;
    }
    panic!("no such column")
}

/// `==` for a time when there is no `==`.
#[expect(clippy::indexing_slicing, reason = "below both lengths")]
pub(super) const fn same(one: &[u8], other: &[u8]) -> bool {
    let mut nth = 0;
    while nth < one.len() && nth < other.len() && one[nth] == other[nth] {
        nth += 1;
    }
    nth == one.len() && nth == other.len()
}

/// The name of the column that holds what no other column does.
pub(super) const EXTRA: &str = "_extra";

/// A table under construction.
#[derive(Debug)]
pub(super) struct Sheet {
    pub(super) specs: &'static [Spec],
    columns: Vec<Column>,
    extra: Column,
    pub(super) rows: usize,
    /// The table that its objects lie in, and for each row the row of it.
    pub(super) around: Option<usize>,
    rows_around: Vec<u32>,
    /// What each column holds, if it is wanted: one that is not stays empty and is not even read.
    wanted: Vec<Option<Kind>>,
    /// The keys of its objects: those of the columns, at the places of these, and then those of tables inside.
    pub(super) keys: Keys,
    /// The column of the position among siblings.
    index: Option<usize>,
}

impl Sheet {
    pub(super) fn new(
        specs: &'static [Spec],
        inside: impl Iterator<Item = &'static str>,
        around: Option<usize>,
    ) -> Self {
        let keys = specs.iter().map(|spec| if let From::Key(key) = spec.from { key } else { "" });
        Sheet {
            specs,
            columns: specs.iter().map(|spec| Column::new(spec.kind)).collect(),
            extra: Column::new(Kind::Str),
            rows: 0,
            around,
            rows_around: Vec::new(),
            wanted: specs.iter().map(|spec| Some(spec.kind)).collect(),
            keys: Keys::new(keys.chain(inside)),
            index: specs.iter().position(|spec| spec.from == From::Index),
        }
    }

    /// Leaves every column out that is not read.
    pub(super) fn only(&mut self, read: impl Fn(usize) -> bool) {
        for (nth, wanted) in self.wanted.iter_mut().enumerate() {
            *wanted = wanted.filter(|_| read(nth));
        }
    }

    pub(super) fn is_wanted(&self, column: usize) -> bool {
        matches!(self.wanted.get(column), Some(Some(_)))
    }

    /// Begins a row, which is the `nth` of its siblings, in a row of the table around.
    pub(super) fn begin(&mut self, nth: usize, around: u32) -> usize {
        let row = self.rows;
        self.rows += 1;
        self.rows_around.push(around);
        if let (Some(column), Ok(nth)) = (self.index, i64::try_from(nth)) {
            self.set(row, column, Some(Value::Int(nth)));
        }
        row
    }

    pub(super) fn column(&self, nth: usize) -> Option<&Column> {
        self.columns.get(nth)
    }

    /// The place of a value, if it is wanted.
    #[inline(always)]
    pub(super) fn cell(&mut self, row: usize, nth: usize) -> Option<Cell<'_>> {
        let kind = (*self.wanted.get(nth)?)?;
        Some(Cell { column: self.columns.get_mut(nth)?, row, kind })
    }

    pub(super) fn set(&mut self, row: usize, nth: usize, value: Option<Value<'_>>) {
        if let Some(value) = value
            && self.is_wanted(nth)
            && let Some(column) = self.columns.get_mut(nth)
        {
            column.set(row, value);
        }
    }

    pub(super) fn set_texts<'a>(&mut self, row: usize, nth: usize, texts: impl Iterator<Item = &'a str>) {
        if let Some(column) = self.columns.get_mut(nth) {
            column.set_texts(row, texts.map(Some));
        }
    }

    /// Sets what no column of the row could hold: the members of an object, without its braces.
    pub(super) fn set_extra(&mut self, row: usize, members: &str) {
        if !members.is_empty() {
            self.extra.set(row, Value::Str(&format!("{{{members}}}")));
        }
    }

    /// The table; `outer` are the tables before it, with those around it among them.
    pub(super) fn finish(self, outer: &[Sheet]) -> Result<RecordBatch, Fault> {
        let rows = self.rows;
        let lineage = self.lineage(outer);
        let mut columns = Vec::with_capacity(self.columns.len() + 1);
        for (spec, own) in self.specs.iter().zip(self.columns) {
            let From::Up(around, source) = spec.from else {
                columns.push(own.finish(rows)?);
                continue;
            };
            let spans = lineage.iter().find(|(table, _)| *table == around).map_or(&[][..], |(_, spans)| spans);
            match outer.get(around).and_then(|sheet| sheet.columns.get(source)) {
                Some(column) => columns.push(column.repeat(spec.kind, spans, rows)?),
                None => columns.push(own.finish(rows)?),
            }
        }
        columns.push(self.extra.finish(rows)?);
        let fields = self.specs.iter().map(|spec| Field::new(spec.name, spec.kind.data_type(), true));
        batch(fields.chain([Field::new(EXTRA, DataType::Utf8, true)]).collect(), columns, rows)
    }

    /// The tables around, from the inside out, and how the rows of this one lie in theirs.
    fn lineage(&self, outer: &[Sheet]) -> Vec<(usize, Vec<Span>)> {
        let mut lineage = Vec::new();
        let (mut next, mut inside) = (self.around, spans(self.rows_around.iter().map(|around| Span::one(*around))));
        while let Some((table, sheet)) = next.and_then(|table| Some((table, outer.get(table)?))) {
            let further = inside.iter().map(|span| Span { around: sheet.row_around(span.around), times: span.times });
            let further = spans(further);
            lineage.push((table, std::mem::replace(&mut inside, further)));
            next = sheet.around;
        }
        lineage
    }

    /// The row around a row.
    pub(super) fn row_around(&self, row: u32) -> u32 {
        self.rows_around.get(row as usize).copied().unwrap_or(0)
    }
}

/// A batch of columns that are of one length by construction.
pub(super) fn batch(fields: Vec<Field>, columns: Vec<ArrayRef>, rows: usize) -> Result<RecordBatch, Fault> {
    let schema = Arc::new(Schema::new(fields));
    let options = arrow_array::RecordBatchOptions::new().with_row_count(Some(rows));
    RecordBatch::try_new_with_options(schema, columns, &options).map_err(|_| Fault::Full)
}
