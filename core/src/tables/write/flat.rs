//! Columns laid out in one block of bytes, for hosts that have no Arrow: a WebAssembly module hands over one copy.
//!
//! Numbers are little-endian and every part begins at a multiple of eight, so that a host may lay typed arrays over it.

use arrow_array::{Array, ArrayRef, RecordBatch, StringArray};
use arrow_buffer::{NullBuffer, OffsetBuffer};
use serde::Serialize;

use super::Cells;

/// Where the columns of a table lie in a block.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Layout {
    /// How many rows each column has.
    pub rows: usize,
    /// The columns in order.
    pub columns: Vec<Place>,
}

/// Where a column lies in a block. Positions are bytes from the block's start.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Place {
    /// Its name; empty for the items of a list.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// `bool` (a bitmap, the lowest bit first), `float` (64 bits), `int` (64 bits), `time` (64 bits, ms since 1970
    /// UTC), `text` (UTF-8 between offsets) or `list` (of the texts between offsets).
    pub kind: &'static str,
    /// A bitmap of the rows that hold a value, the lowest bit first; absent where all do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub validity: Option<usize>,
    /// The values; absent for lists, and together with all else where no row holds a value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub values: Option<usize>,
    /// Where each text or list begins: one more than there are rows, 32 bits each; of `text` in bytes from `values`,
    /// of `list` in items.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offsets: Option<usize>,
    /// Where the items of all lists lie: as many as the last offset says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub items: Option<Box<Place>>,
}

/// Appends the columns of a table to a block.
pub fn flat(batch: &RecordBatch, block: &mut Vec<u8>) -> Layout {
    let schema = batch.schema();
    let cells = schema.fields().iter().zip(batch.columns()).zip(Cells::of(batch));
    let columns =
        cells.map(|((field, array), cells)| Place { name: field.name().clone(), ..column(array, &cells, block) });
    Layout { rows: batch.num_rows(), columns: columns.collect() }
}

fn column(array: &ArrayRef, cells: &Cells<'_>, block: &mut Vec<u8>) -> Place {
    let kind = match cells {
        Cells::Bool(_) => "bool",
        Cells::Float(_) => "float",
        Cells::Int(_) => "int",
        Cells::List(_) => "list",
        Cells::Str(_) => "text",
        Cells::Time(_) => "time",
        Cells::Other(_) => "unknown",
    };
    let mut place = Place { name: String::new(), kind, validity: None, values: None, offsets: None, items: None };
    if array.null_count() == array.len() && !array.is_empty() {
        return place;
    }
    place.validity = validity(array.nulls(), block);
    match cells {
        Cells::Bool(column) => place.values = Some(part(column.values().sliced().as_slice(), block)),
        Cells::Float(column) => {
            place.values = Some(words(column.values().iter().map(|value| value.to_le_bytes()), block))
        }
        Cells::Int(column) => {
            place.values = Some(words(column.values().iter().map(|value| value.to_le_bytes()), block))
        }
        Cells::Time(column) => {
            place.values = Some(words(column.values().iter().map(|value| value.to_le_bytes()), block))
        }
        Cells::Str(column) => texts(column, &mut place, block),
        Cells::List(list) => {
            place.offsets = Some(offsets(list.offsets(), block));
            let (from, to) = ends(list.offsets());
            let items = list.values().slice(from, to - from);
            let cells = Cells::of_column(&items);
            place.items = Some(Box::new(column(&items, &cells, block)));
        }
        Cells::Other(_) => {}
    }
    place
}

fn texts(column: &StringArray, place: &mut Place, block: &mut Vec<u8>) {
    let (from, to) = ends(column.offsets());
    place.offsets = Some(offsets(column.offsets(), block));
    place.values = Some(part(column.values().get(from..to).unwrap_or_default(), block));
}

fn validity(nulls: Option<&NullBuffer>, block: &mut Vec<u8>) -> Option<usize> {
    let nulls = nulls.filter(|nulls| nulls.null_count() > 0)?;
    Some(part(nulls.inner().sliced().as_slice(), block))
}

/// The first and the last offset: those of a slice do not begin at zero.
fn ends(offsets: &OffsetBuffer<i32>) -> (usize, usize) {
    let end = |offset: i32| usize::try_from(offset).unwrap_or(0);
    (end(offsets.first()), end(offsets.last()))
}

fn offsets(offsets: &OffsetBuffer<i32>, block: &mut Vec<u8>) -> usize {
    let first = offsets.first();
    words(offsets.iter().map(|offset| (offset - first).to_le_bytes()), block)
}

fn words<const N: usize>(words: impl Iterator<Item = [u8; N]>, block: &mut Vec<u8>) -> usize {
    let at = align(block);
    block.extend(words.flatten());
    at
}

fn part(bytes: &[u8], block: &mut Vec<u8>) -> usize {
    let at = align(block);
    block.extend_from_slice(bytes);
    at
}

fn align(block: &mut Vec<u8>) -> usize {
    block.resize(block.len().next_multiple_of(8), 0);
    block.len()
}
