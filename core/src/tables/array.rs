//! Columns become Arrow arrays: values find their rows, and what an object tells is repeated in the rows inside it.

use std::sync::Arc;

use arrow_array::builder::StringBuilder;
use arrow_array::types::{ArrowPrimitiveType, Float64Type, Int64Type, TimestampMillisecondType};
use arrow_array::{ArrayRef, BooleanArray, ListArray, PrimitiveArray, StringArray};
use arrow_buffer::{BooleanBufferBuilder, Buffer, NullBuffer, NullBufferBuilder, OffsetBuffer, ScalarBuffer};

use super::Fault;
use super::column::{Column, Kind, Text, Values};

/// So many rows in a row of an inner table that lie in one row of an outer one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) around: u32,
    pub(super) times: usize,
}

impl Span {
    pub(super) fn one(around: u32) -> Span {
        Span { around, times: 1 }
    }
}

/// Groups rows by the row around them.
pub(super) fn spans(around: impl Iterator<Item = Span>) -> Vec<Span> {
    let mut spans: Vec<Span> = Vec::new();
    for Span { around, times } in around {
        match spans.last_mut() {
            Some(last) if last.around == around => last.times += times,
            _ => spans.push(Span { around, times }),
        }
    }
    spans
}

/// So many rows that hold the nth value of a column, or none.
#[derive(Clone, Copy)]
struct Run {
    nth: Option<usize>,
    times: usize,
}

impl Column {
    /// The array of the column's own table.
    pub(super) fn finish(self, rows: usize) -> Result<ArrayRef, Fault> {
        let runs = if self.rows.len() == rows { Vec::new() } else { self.own_runs(rows) };
        let nulls = (self.rows.len() != rows).then(|| nulls(&runs, rows)).flatten();
        Ok(match self.values {
            Values::Bool(values) => booleans(&values, &runs, nulls, rows),
            Values::Float(values) => numbers::<Float64Type>(placed(values, &runs, rows), nulls),
            Values::Int(values) => numbers::<Int64Type>(placed(values, &runs, rows), nulls),
            Values::Time(values) => times(placed(values, &runs, rows), nulls),
            Values::List(mut lists) => {
                let (field, offsets, items, _) = lists.finish().into_parts();
                let offsets = spread(offsets.to_vec(), &runs, rows);
                Arc::new(ListArray::try_new(field, offsets, items, nulls).map_err(|_| Fault::Full)?)
            }
            Values::Text(Text { is_full: true, .. }) => return Err(Fault::Full),
            // A row without a value has no bytes: they stay as they are.
            Values::Text(texts) => strings(texts.bytes, spread(texts.offsets, &runs, rows), nulls)?,
        })
    }

    /// The array of a table inside the column's own: each value as often as there are rows inside its row. Lists are
    /// not repeated.
    pub(super) fn repeat(&self, kind: Kind, spans: &[Span], rows: usize) -> Result<ArrayRef, Fault> {
        let runs = self.runs_of(spans);
        if let Values::Text(texts) = &self.values {
            return repeat_texts(texts, &runs, rows);
        }
        let nulls = nulls(&runs, rows);
        Ok(match &self.values {
            Values::Bool(values) => booleans(values, &runs, nulls, rows),
            Values::Float(values) => numbers::<Float64Type>(pick(values, &runs, rows), nulls),
            Values::Int(values) => numbers::<Int64Type>(pick(values, &runs, rows), nulls),
            Values::Time(values) => times(pick(values, &runs, rows), nulls),
            Values::List(_) | Values::Text(_) => arrow_array::new_null_array(&kind.data_type(), rows),
        })
    }

    fn own_runs(&self, rows: usize) -> Vec<Run> {
        let mut runs = Vec::with_capacity(2 * self.rows.len() + 1);
        let mut next = 0;
        for (nth, row) in self.rows.iter().enumerate() {
            let row = row as usize;
            if row > next {
                runs.push(Run { nth: None, times: row - next });
            }
            runs.push(Run { nth: Some(nth), times: 1 });
            next = row + 1;
        }
        if rows > next {
            runs.push(Run { nth: None, times: rows - next });
        }
        runs
    }

    fn runs_of(&self, spans: &[Span]) -> Vec<Run> {
        let mut set = self.rows.iter().enumerate().peekable();
        let run = |span: &Span| {
            while set.next_if(|(_, row)| *row < span.around).is_some() {}
            let nth = set.peek().filter(|(_, row)| *row == span.around).map(|(nth, _)| *nth);
            Run { nth, times: span.times }
        };
        spans.iter().map(run).collect()
    }
}

fn nulls(runs: &[Run], rows: usize) -> Option<NullBuffer> {
    let mut nulls = NullBufferBuilder::new(rows);
    for run in runs {
        match (run.nth, run.times) {
            (Some(_), 1) => nulls.append_non_null(),
            (Some(_), times) => nulls.append_n_non_nulls(times),
            (None, times) => nulls.append_n_nulls(times),
        }
    }
    nulls.build()
}

/// Own values in their rows; they are there already where every row has one.
fn placed<T: Copy + Default>(values: Vec<T>, runs: &[Run], rows: usize) -> Vec<T> {
    if values.len() == rows { values } else { pick(&values, runs, rows) }
}

/// One value a row; any value stands where there is none.
fn pick<T: Copy + Default>(values: &[T], runs: &[Run], rows: usize) -> Vec<T> {
    let mut picked = Vec::with_capacity(rows);
    for run in runs {
        let value = run.nth.and_then(|nth| values.get(nth)).copied().unwrap_or_default();
        picked.extend(std::iter::repeat_n(value, run.times));
    }
    picked
}

fn numbers<T: ArrowPrimitiveType>(values: Vec<T::Native>, nulls: Option<NullBuffer>) -> ArrayRef {
    Arc::new(PrimitiveArray::<T>::new(ScalarBuffer::from(values), nulls))
}

fn times(values: Vec<i64>, nulls: Option<NullBuffer>) -> ArrayRef {
    let times = PrimitiveArray::<TimestampMillisecondType>::new(ScalarBuffer::from(values), nulls);
    Arc::new(times.with_timezone("UTC"))
}

fn booleans(values: &[bool], runs: &[Run], nulls: Option<NullBuffer>, rows: usize) -> ArrayRef {
    let mut bits = BooleanBufferBuilder::new(rows);
    if runs.is_empty() {
        bits.append_slice(values);
    }
    for run in runs {
        bits.append_n(run.times, run.nth.and_then(|nth| values.get(nth)).copied().unwrap_or_default());
    }
    Arc::new(BooleanArray::new(bits.finish(), nulls))
}

/// Where each row begins and ends, from where each value does; they are there already where every row has one.
fn spread(values: Vec<i32>, runs: &[Run], rows: usize) -> OffsetBuffer<i32> {
    if values.len() == rows + 1 {
        return OffsetBuffer::new(ScalarBuffer::from(values));
    }
    let mut offsets = Vec::with_capacity(rows + 1);
    offsets.push(0);
    let mut end = 0;
    for run in runs {
        end = run.nth.and_then(|nth| values.get(nth + 1)).copied().unwrap_or(end);
        offsets.extend(std::iter::repeat_n(end, run.times));
    }
    OffsetBuffer::new(ScalarBuffer::from(offsets))
}

fn strings(bytes: String, offsets: OffsetBuffer<i32>, nulls: Option<NullBuffer>) -> Result<ArrayRef, Fault> {
    let array = StringArray::try_new(offsets, Buffer::from(bytes.into_bytes()), nulls);
    array.map(|array| Arc::new(array) as ArrayRef).map_err(|_| Fault::Full)
}

fn repeat_texts(texts: &Text, runs: &[Run], rows: usize) -> Result<ArrayRef, Fault> {
    let text = |run: &Run| run.nth.and_then(|nth| texts.get(nth)).unwrap_or_default();
    let total: usize = runs.iter().map(|run| text(run).len().saturating_mul(run.times)).sum();
    if texts.is_full || i32::try_from(total).is_err() {
        return Err(Fault::Full);
    }
    let mut repeated = StringBuilder::with_capacity(rows, total);
    for run in runs {
        match run.nth.and_then(|nth| texts.get(nth)) {
            Some(text) => repeated.append_value_n(text, run.times),
            None => repeated.append_nulls(run.times),
        }
    }
    Ok(Arc::new(repeated.finish()))
}
