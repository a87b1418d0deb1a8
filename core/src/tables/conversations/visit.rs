//! Reads conversations from the JSON text straight into columns: no tree is built, strings are borrowed.
//!
//! A column that can hold a value takes it; what no column can hold goes into `_extra` as it came, so nothing is lost
//! and nothing fails because the API grew.

use std::fmt;

use serde::de::{DeserializeSeed, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use super::build::{Build, Marks};
use super::columns::PARTICIPANT_ATTRIBUTES;
use super::derive;
use super::schema::{Child, NODES, Shape};
use crate::json::Key;
use crate::tables::cell::ROUNDED;
use crate::tables::column::Value;
use crate::tables::raw::{list_text, member, member_as, object_text};
use crate::tables::sheet::place;

/// The columns of a table that is made of pairs.
const PAIR_NAME: usize = place(PARTICIPANT_ATTRIBUTES, "name");
const PAIR_VALUE: usize = place(PARTICIPANT_ATTRIBUTES, "value");

/// Anything that is not of the expected shape: its text, for `_extra`.
type Stray = Option<String>;

/// Scalars where rows are expected.
macro_rules! stray_scalars {
    () => {
        stray_scalars!(visit_bool: bool, visit_i64: i64, visit_u64: u64, visit_str: &str);
    };
    ($($visit:ident: $kind:ty),+) => {
        fn visit_f64<E: serde::de::Error>(self, _: f64) -> Result<Stray, E> {
            Err(E::custom(ROUNDED))
        }
        $(fn $visit<E>(self, value: $kind) -> Result<Stray, E> {
            Ok(Some(serde_json::Value::from(value).to_string()))
        })+
    };
}

/// Reads a value that rows are expected in. Where care is taken, anything else is a stray before it is read.
fn rows<'de, D, V>(deserializer: D, visitor: V, is_careful: bool) -> Result<Stray, D::Error>
where
    D: Deserializer<'de>,
    V: Visitor<'de, Value = Stray>,
{
    if !is_careful {
        return deserializer.deserialize_any(visitor);
    }
    let raw = <&RawValue>::deserialize(deserializer)?.get();
    if !raw.starts_with(['{', '[']) && raw != "null" {
        return Ok(Some(raw.to_owned()));
    }
    serde_json::Deserializer::from_str(raw).deserialize_any(visitor).map_err(D::Error::custom)
}

/// The top of an answer: an envelope with `conversations`, one conversation, or a list of them.
pub(super) struct Top<'b, 's>(pub(super) &'b mut Build<'s>);

impl<'de> DeserializeSeed<'de> for Top<'_, '_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Top<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("conversations")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<(), A::Error> {
        let build = self.0;
        only_conversations(Rows { build: &mut *build, table: 0, shape: Shape::Many }.visit_seq(seq)?)?;
        let rows = build.sheets.first().map_or(0, |sheet| sheet.rows);
        // A list of anything else is no answer at all.
        if rows > 0 && build.strays == rows { only_conversations(Some(String::new())) } else { Ok(()) }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let build = self.0;
        let marks = build.marks();
        let (mut row, mut extra) = (None, String::new());
        while let Some(key) = map.next_key::<Key<'de>>()? {
            if *key.0 == *b"conversations" {
                only_conversations(map.next_value_seed(Rows { build: &mut *build, table: 0, shape: Shape::Many })?)?;
            } else if row.is_none() && !knows(build, &key) {
                // Of the envelope, or of a conversation that has not shown itself yet.
                member_as(&mut extra, &key.to_json(), map.next_value::<&RawValue>()?.get());
            } else {
                let row = *row.get_or_insert_with(|| build.begin(0, 0));
                value(build, 0, row, &key, &mut map, &mut extra)?;
            }
        }
        if let Some(row) = row {
            build.end(0, row, &marks, &extra);
        }
        Ok(())
    }
}

/// At the top there is no row around that could keep what is no conversation.
fn only_conversations<E: serde::de::Error>(stray: Stray) -> Result<(), E> {
    match stray {
        None => Ok(()),
        Some(_) => Err(E::custom("something in place of a conversation is none")),
    }
}

fn knows(build: &Build<'_>, key: &Key<'_>) -> bool {
    let child = NODES.first().is_some_and(|node| node.children.iter().any(|child| child.key.as_bytes() == &*key.0));
    child || build.sheets.first().is_some_and(|sheet| sheet.find(&key.0).is_some())
}

/// Rows of one table, from the value of one key.
struct Rows<'b, 's> {
    build: &'b mut Build<'s>,
    table: usize,
    shape: Shape,
}

impl<'de> DeserializeSeed<'de> for Rows<'_, '_> {
    type Value = Stray;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Stray, D::Error> {
        let is_careful = self.build.is_careful;
        rows(deserializer, self, is_careful)
    }
}

impl<'de> Visitor<'de> for Rows<'_, '_> {
    type Value = Stray;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("rows")
    }

    fn visit_unit<E>(self) -> Result<Stray, E> {
        Ok(None)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Stray, A::Error> {
        if self.shape != Shape::Many {
            return Ok(Some(list_text(seq)?));
        }
        let mut strays = String::new();
        let mut skip = if self.table == 0 { self.build.skip } else { &[] }.iter().peekable();
        let mut index = 0;
        loop {
            if skip.peek().is_some_and(|next| **next as usize == index) {
                skip.next();
                if seq.next_element::<IgnoredAny>()?.is_none() {
                    break;
                }
            } else {
                match seq.next_element_seed(Object { build: &mut *self.build, table: self.table, index })? {
                    None => break,
                    Some(None) => {}
                    // At the top there is no row around: what is no conversation is a row of its own.
                    Some(Some(stray)) if self.table == 0 => {
                        let row = self.build.begin(0, index);
                        self.build.strays += 1;
                        let mut extra = String::new();
                        member(&mut extra, "conversation", &stray);
                        if let Some(sheet) = self.build.sheets.first_mut() {
                            sheet.set_extra(row, &extra);
                        }
                    }
                    Some(Some(stray)) => {
                        if !strays.is_empty() {
                            strays.push(',');
                        }
                        strays.push_str(&stray);
                    }
                }
            }
            index += 1;
        }
        Ok((!strays.is_empty()).then(|| format!("[{strays}]")))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Stray, A::Error> {
        match self.shape {
            Shape::Many => Ok(Some(object_text(map)?)),
            Shape::One => Object { build: self.build, table: self.table, index: 0 }.visit_map(map),
            Shape::Pairs => {
                while let Some(name) = map.next_key::<Key<'de>>()? {
                    let row = self.build.begin(self.table, 0);
                    let Some(sheet) = self.build.sheets.get_mut(self.table) else { continue };
                    let Some(text) = name.text() else {
                        let mut extra = String::new();
                        member_as(&mut extra, &name.to_json(), map.next_value::<&RawValue>()?.get());
                        sheet.set_extra(row, &extra);
                        continue;
                    };
                    sheet.set(row, PAIR_NAME, Some(Value::Str(text)));
                    let Some(cell) = sheet.cell(row, PAIR_VALUE, self.build.is_careful) else { continue };
                    if let Some(stray) = map.next_value_seed(cell)? {
                        let mut extra = String::new();
                        member(&mut extra, "value", &stray);
                        sheet.set_extra(row, &extra);
                    }
                    derive::derive(self.build, self.table, row, &Marks::default());
                }
                Ok(None)
            }
        }
    }

    stray_scalars!();
}

/// One object: one row.
struct Object<'b, 's> {
    build: &'b mut Build<'s>,
    table: usize,
    index: usize,
}

impl<'de> DeserializeSeed<'de> for Object<'_, '_> {
    type Value = Stray;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Stray, D::Error> {
        let is_careful = self.build.is_careful;
        rows(deserializer, self, is_careful)
    }
}

impl<'de> Visitor<'de> for Object<'_, '_> {
    type Value = Stray;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Stray, A::Error> {
        let Object { build, table, index } = self;
        // Only a conversation looks back at what is inside it.
        let marks = if table == 0 { build.marks() } else { Marks::default() };
        let row = build.begin(table, index);
        let mut extra = String::new();
        while let Some(key) = map.next_key::<Key<'de>>()? {
            value(build, table, row, &key, &mut map, &mut extra)?;
        }
        build.end(table, row, &marks, &extra);
        Ok(None)
    }

    fn visit_unit<E>(self) -> Result<Stray, E> {
        Ok(Some("null".into()))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Stray, A::Error> {
        Ok(Some(list_text(seq)?))
    }
    stray_scalars!();
}

/// Takes the value of a key of an object.
fn value<'de, A: MapAccess<'de>>(
    build: &mut Build<'_>,
    nth: usize,
    row: usize,
    key: &Key<'_>,
    map: &mut A,
    extra: &mut String,
) -> Result<(), A::Error> {
    let Some(sheet) = build.sheets.get_mut(nth) else { return Err(A::Error::custom("no such table")) };
    if let Some(column) = sheet.find(&key.0) {
        let cell = if sheet.is_wanted(column) { sheet.cell(row, column, build.is_careful) } else { None };
        match cell {
            Some(cell) => {
                if let Some(stray) = map.next_value_seed(cell)? {
                    member_as(extra, &key.to_json(), &stray);
                }
            }
            None => drop(map.next_value::<IgnoredAny>()?),
        }
        return Ok(());
    }
    let children = NODES.get(nth).map_or(&[][..], |node| node.children);
    match children.iter().find(|child| child.key.as_bytes() == &*key.0) {
        Some(Child { table: inner, shape, .. }) => {
            let inner = *inner;
            if !build.needed.get(inner).is_some_and(|needed| *needed) {
                return map.next_value::<IgnoredAny>().map(|_| ());
            }
            if let Some(stray) = map.next_value_seed(Rows { build: &mut *build, table: inner, shape: *shape })? {
                member_as(extra, &key.to_json(), &stray);
            }
        }
        None => member_as(extra, &key.to_json(), map.next_value::<&RawValue>()?.get()),
    }
    Ok(())
}
