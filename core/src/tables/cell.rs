//! One value on its way from the JSON text into a column.

use super::column::{Column, Kind, Value};
use super::raw::items;
use crate::reader::{Reader, Stop};
use crate::time::parse_instant;

/// The place where a value goes. It yields the JSON text of a value that the column cannot hold, or not to the last
/// digit, for `_extra`.
pub(super) struct Cell<'c> {
    pub(super) column: &'c mut Column,
    pub(super) row: usize,
    pub(super) kind: Kind,
}

impl Cell<'_> {
    #[inline(always)]
    pub(super) fn read<'a>(self, reader: &mut Reader<'a>) -> Result<Option<&'a str>, Stop> {
        let first = reader.peek()?;
        let from = reader.at();
        let is_free = !self.column.is_set(self.row);
        let is_kept = match first {
            b'"' if is_free && self.kind != Kind::Json => reader.string()?.text().is_some_and(|text| self.text(&text)),
            b'-' | b'0'..=b'9' if is_free && self.kind != Kind::Json => {
                let int = reader.number()?;
                self.number(int, reader.since(from)?)
            }
            _ => {
                let raw = reader.value()?;
                raw == "null" || is_free && self.other(raw)
            }
        };
        if is_kept { Ok(None) } else { reader.since(from).map(Some) }
    }

    #[inline(always)]
    fn text(self, text: &str) -> bool {
        match self.kind {
            // What is finer than the column is set, and kept whole as well.
            Kind::Time => {
                parse_instant(text).is_some_and(|at| self.column.set(self.row, Value::Time(at))) && !is_finer(text)
            }
            _ => self.column.set(self.row, Value::Str(text)),
        }
    }

    #[inline(always)]
    fn number(self, int: Option<i64>, raw: &str) -> bool {
        #[expect(clippy::cast_precision_loss, reason = "what is rounded is kept whole as well")]
        let (value, is_whole) = match (self.kind, int) {
            (Kind::Float, Some(int)) => (Some(Value::Float(int as f64)), int.unsigned_abs() <= EXACT),
            (Kind::Float, None) => float(raw),
            (Kind::Int, Some(int)) => (Some(Value::Int(int)), true),
            (Kind::Int, None) => (raw.parse().ok().and_then(integral).map(Value::Int), true),
            _ => (None, false),
        };
        value.is_some_and(|value| self.column.set(self.row, value)) && is_whole
    }

    fn other(self, raw: &str) -> bool {
        match (self.kind, raw) {
            (Kind::Json, _) => self.column.set(self.row, Value::Str(raw)),
            (Kind::Bool, "true" | "false") => self.column.set(self.row, Value::Bool(raw == "true")),
            (Kind::List, _) => items(raw).is_some_and(|items| self.column.set_list(self.row, &items)),
            _ => false,
        }
    }
}

/// Integers up to here are exact as floats: 2^53.
const EXACT: u64 = 1 << 53;

/// From here on (2^63) a float may have been an integer that no integer holds.
const BEYOND: f64 = 9_223_372_036_854_775_808.0;

/// The float that is nearest to a number which is no integer of 64 bits, and whether nothing is lost by that.
fn float(raw: &str) -> (Option<Value<'static>>, bool) {
    let is_unsigned = raw.parse::<u64>().is_ok();
    let value = raw.parse().ok().filter(|value: &f64| is_unsigned || value.abs() < BEYOND);
    // Seventeen digits are what a float of the server ever has.
    let is_whole = !is_unsigned && raw.bytes().filter(u8::is_ascii_digit).count() <= 20 && !is_too_small(raw, value);
    (value.map(Value::Float), is_whole)
}

/// Whether a number that is not zero became zero: `1E-400`.
fn is_too_small(raw: &str, value: Option<f64>) -> bool {
    let digits = raw.split(['e', 'E']).next().unwrap_or_default();
    value == Some(0.0) && digits.bytes().any(|byte| matches!(byte, b'1'..=b'9'))
}

/// Whether an instant has parts below the millisecond: `2026-03-09T12:00:00.123456Z`.
fn is_finer(instant: &str) -> bool {
    match instant.as_bytes().get("2026-03-09T12:00:00".len()..) {
        Some([b'.' | b',', digits @ ..]) => {
            digits.iter().take_while(|byte| byte.is_ascii_digit()).skip(3).any(|digit| *digit != b'0')
        }
        _ => false,
    }
}

/// An integer that is written with a fraction of zero (`55173891.0`, fidelity.md 17).
fn integral(value: f64) -> Option<i64> {
    let fits = value.fract() == 0.0 && value.abs() < 9e15;
    #[expect(clippy::cast_possible_truncation, reason = "integral and below 2^53")]
    fits.then_some(value as i64)
}
