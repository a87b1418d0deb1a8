//! One value on its way from the JSON text into a column.

use std::fmt;

use serde::Deserialize;
use serde::Deserializer;
use serde::de::{DeserializeSeed, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::column::{Column, Kind, Value};
use super::raw::{list_text, object_text};
use crate::time::parse_instant;

/// The place where a value goes. It yields the JSON text of a value that the column cannot hold, for `_extra`.
///
/// A value of the expected kind is set without a detour. A number with a fraction that the column does not take is an
/// error, because the reader has rounded it by then; so is text that is no Unicode. A careful cell looks at the text
/// of every value first: it knows no errors, and keeps strays as they came.
pub(super) struct Cell<'c> {
    pub(super) column: &'c mut Column,
    pub(super) row: usize,
    pub(super) kind: Kind,
    pub(super) is_careful: bool,
}

impl<'de> DeserializeSeed<'de> for Cell<'_> {
    type Value = Option<String>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<String>, D::Error> {
        if self.kind == Kind::Json || self.column.is_set(self.row) {
            let raw = <&RawValue>::deserialize(deserializer)?.get();
            let is_set = raw == "null" || self.kind == Kind::Json && self.column.set(self.row, Value::Str(raw));
            return Ok((!is_set).then(|| raw.to_owned()));
        }
        if self.is_careful {
            let raw = <&RawValue>::deserialize(deserializer)?.get();
            return Ok((!self.column.set_raw(self.row, raw, self.kind)).then(|| raw.to_owned()));
        }
        deserializer.deserialize_any(self)
    }
}

impl Cell<'_> {
    fn text(self, text: &str) -> Option<String> {
        let is_set = match self.kind {
            // What is finer than the column is set, and kept whole as well.
            Kind::Time => {
                parse_instant(text).is_some_and(|at| self.column.set(self.row, Value::Time(at))) && !is_finer(text)
            }
            _ => self.column.set(self.row, Value::Str(text)),
        };
        (!is_set).then(|| serde_json::Value::from(text).to_string())
    }
}

impl<'de> Visitor<'de> for Cell<'_> {
    type Value = Option<String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Option<String>, E> {
        Ok(self.text(text))
    }

    fn visit_str<E>(self, text: &str) -> Result<Option<String>, E> {
        Ok(self.text(text))
    }

    fn visit_unit<E>(self) -> Result<Option<String>, E> {
        Ok(None)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Option<String>, E> {
        Ok((!self.column.set(self.row, Value::Bool(value))).then(|| value.to_string()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Option<String>, E> {
        #[expect(clippy::cast_precision_loss, reason = "what is rounded is kept whole as well")]
        let (number, is_whole) = match self.kind {
            Kind::Float => (Value::Float(value as f64), value.unsigned_abs() <= EXACT),
            _ => (Value::Int(value), true),
        };
        Ok((!self.column.set(self.row, number) || !is_whole).then(|| value.to_string()))
    }

    fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<Option<String>, E> {
        match i64::try_from(value) {
            Ok(value) => self.visit_i64(value),
            Err(_) => {
                #[expect(clippy::cast_precision_loss, reason = "what is rounded is kept whole as well")]
                self.column.set(self.row, Value::Float(value as f64));
                Ok(Some(value.to_string()))
            }
        }
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Option<String>, E> {
        let number = match self.kind {
            Kind::Int => integral(value).map(Value::Int),
            // An integer of more than twenty digits, or the like: its digits are gone.
            _ => Some(Value::Float(value)).filter(|_| value.abs() < BEYOND),
        };
        match number.is_some_and(|number| self.column.set(self.row, number)) {
            true => Ok(None),
            false => Err(E::custom(ROUNDED)),
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Option<String>, A::Error> {
        if self.kind != Kind::List {
            return list_text(seq).map(Some);
        }
        let mut items = Vec::new();
        while let Some(raw) = seq.next_element::<&RawValue>()? {
            items.push(raw.get());
        }
        Ok((!self.column.set_list(self.row, &items)).then(|| format!("[{}]", items.join(","))))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Option<String>, A::Error> {
        object_text(map).map(Some)
    }
}

/// Integers up to here are exact as floats: 2^53.
const EXACT: u64 = 1 << 53;

/// From here on (2^63) a float may have been an integer that no integer holds.
const BEYOND: f64 = 9_223_372_036_854_775_808.0;

/// Whether a time has parts below the millisecond: `2026-03-09T12:00:00.123456Z`.
fn is_finer(text: &str) -> bool {
    let digits = text.split_once('.').map_or("", |(_, fraction)| fraction);
    digits.bytes().take_while(u8::is_ascii_digit).skip(3).any(|digit| digit != b'0')
}

/// Why a page is read once more, carefully: nobody sees this.
pub(super) const ROUNDED: &str = "a number that no column takes was rounded";

/// An integer that is written with a fraction of zero (`55173891.0`, fidelity.md 17).
fn integral(value: f64) -> Option<i64> {
    let fits = value.fract() == 0.0 && value.abs() < 9e15;
    #[expect(clippy::cast_possible_truncation, reason = "integral and below 2^53")]
    fits.then_some(value as i64)
}
