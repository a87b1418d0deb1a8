//! Reads conversations from the JSON text straight into columns: no tree is built, strings are borrowed.
//!
//! A column that can hold a value takes it; what no column can hold goes into `_extra` as it came, so nothing is lost
//! and nothing fails because the API grew.

use std::borrow::Cow;

use super::build::{Build, Marks};
use super::columns::PARTICIPANT_ATTRIBUTES;
use super::derive;
use super::schema::{NODES, Shape};
use crate::reader::{Reader, Stop};
use crate::tables::column::Value;
use crate::tables::raw::{member, member_as};
use crate::tables::sheet::place;

/// The columns of a table that is made of pairs.
const PAIR_NAME: usize = place(PARTICIPANT_ATTRIBUTES, "name");
const PAIR_VALUE: usize = place(PARTICIPANT_ATTRIBUTES, "value");

/// Anything that is not of the expected shape: its text, for `_extra`.
type Stray<'a> = Option<Cow<'a, str>>;

/// A page on its way into the tables.
pub(super) struct Visit<'r, 'a, 's> {
    pub(super) reader: &'r mut Reader<'a>,
    pub(super) build: &'r mut Build<'s>,
}

impl<'a> Visit<'_, 'a, '_> {
    /// The top of an answer: an envelope with `conversations`, one conversation, or a list of them.
    pub(super) fn top(&mut self) -> Result<(), Stop> {
        match self.reader.peek()? {
            b'[' => {
                self.conversations()?;
                let rows = self.build.sheets.first().map_or(0, |sheet| sheet.rows);
                // A list of anything else is no answer at all.
                if rows > 0 && self.build.strays == rows { Err(Stop::Unexpected) } else { Ok(()) }
            }
            b'{' => self.envelope(),
            _ => self.reader.value().and(Err(Stop::Unexpected)),
        }
    }

    fn envelope(&mut self) -> Result<(), Stop> {
        let marks = self.build.marks();
        let (mut row, mut extra) = (None, String::new());
        self.reader.enter();
        while let Some(key) = self.reader.next_key()? {
            let name = key.text();
            let place = name.as_deref().and_then(|name| self.build.sheets.first()?.keys.find(name));
            if name.as_deref() == Some("conversations") {
                self.conversations()?;
            } else if row.is_none() && place.is_none() {
                // Of the envelope, or of a conversation that has not shown itself yet.
                member_as(&mut extra, key.inner, self.reader.value()?);
            } else {
                let row = *row.get_or_insert_with(|| self.build.begin(0, 0));
                self.member(0, row, key.inner, place, &mut extra)?;
            }
        }
        if let Some(row) = row {
            self.build.end(0, row, &marks, &extra);
        }
        Ok(())
    }

    /// At the top there is no row around that could keep what is no conversation.
    fn conversations(&mut self) -> Result<(), Stop> {
        match self.rows(0, Shape::Many)? {
            None => Ok(()),
            Some(_) => Err(Stop::Unexpected),
        }
    }

    /// Rows of one table, from the value of one key.
    fn rows(&mut self, table: usize, shape: Shape) -> Result<Stray<'a>, Stop> {
        match (self.reader.peek()?, shape) {
            (b'[', Shape::Many) => self.many(table),
            (b'{', Shape::One) => self.object(table, 0),
            (b'{', Shape::Pairs) => self.pairs(table),
            _ => Ok(Some(self.reader.value()?).filter(|raw| *raw != "null").map(Cow::Borrowed)),
        }
    }

    fn many(&mut self, table: usize) -> Result<Stray<'a>, Stop> {
        let mut strays = String::new();
        let mut skip = if table == 0 { self.build.skip } else { &[] }.iter().peekable();
        let mut index = 0;
        self.reader.enter();
        while self.reader.next_item()? {
            if skip.next_if(|next| **next as usize == index).is_some() {
                self.reader.value()?;
            } else if let Some(stray) = self.object(table, index)? {
                if table == 0 {
                    // At the top there is no row around: what is no conversation is a row of its own.
                    let row = self.build.begin(0, index);
                    self.build.strays += 1;
                    self.extra(0, row, "conversation", &stray);
                } else {
                    strays.push(if strays.is_empty() { '[' } else { ',' });
                    strays.push_str(&stray);
                }
            }
            index += 1;
        }
        Ok((!strays.is_empty()).then(|| Cow::Owned(strays + "]")))
    }

    /// An object whose keys and values are the rows.
    fn pairs(&mut self, table: usize) -> Result<Stray<'a>, Stop> {
        self.reader.enter();
        while let Some(name) = self.reader.next_key()? {
            let row = self.build.begin(table, 0);
            let Some(sheet) = self.build.sheets.get_mut(table) else { return Err(Stop::Unexpected) };
            let Some(text) = name.text() else {
                let mut extra = String::new();
                member_as(&mut extra, name.inner, self.reader.value()?);
                sheet.set_extra(row, &extra);
                continue;
            };
            sheet.set(row, PAIR_NAME, Some(Value::Str(&text)));
            let Some(cell) = sheet.cell(row, PAIR_VALUE) else { return Err(Stop::Unexpected) };
            if let Some(stray) = cell.read(self.reader)? {
                self.extra(table, row, "value", stray);
            }
            derive::derive(self.build, table, row, &Marks::default());
        }
        Ok(None)
    }

    fn extra(&mut self, table: usize, row: usize, key: &str, raw: &str) {
        let mut extra = String::new();
        member(&mut extra, key, raw);
        if let Some(sheet) = self.build.sheets.get_mut(table) {
            sheet.set_extra(row, &extra);
        }
    }

    /// One object: one row.
    fn object(&mut self, table: usize, index: usize) -> Result<Stray<'a>, Stop> {
        if self.reader.peek()? != b'{' {
            return self.reader.value().map(|raw| Some(Cow::Borrowed(raw)));
        }
        // Only a conversation looks back at what is inside it.
        let marks = if table == 0 { self.build.marks() } else { Marks::default() };
        let row = self.build.begin(table, index);
        let mut extra = String::new();
        self.reader.enter();
        let mut last = None;
        while let Some((key, place)) = self.next_key(table, last)? {
            last = place.or(last);
            self.member(table, row, key, place, &mut extra)?;
        }
        self.build.end(table, row, &marks, &extra);
        Ok(None)
    }

    /// The next key of an object, as it stands there, and its place among those of the table, if it has one.
    #[inline(always)]
    fn next_key(&mut self, table: usize, last: Option<usize>) -> Result<Option<(&'a str, Option<usize>)>, Stop> {
        let Some(keys) = self.build.sheets.get_mut(table).map(|sheet| &mut sheet.keys) else {
            return Err(Stop::Unexpected);
        };
        if let Some((place, name)) = keys.guess(last).filter(|(_, name)| self.reader.next_key_if(name)) {
            return Ok(Some((name, Some(place))));
        }
        let Some(key) = self.reader.next_key()? else { return Ok(None) };
        let place = key.text().and_then(|name| keys.find(&name));
        place.inspect(|place| keys.learn(last, *place));
        Ok(Some((key.inner, place)))
    }

    /// Takes the value of a key of an object.
    fn member(
        &mut self,
        table: usize,
        row: usize,
        key: &str,
        place: Option<usize>,
        extra: &mut String,
    ) -> Result<(), Stop> {
        let Some(place) = place else {
            member_as(extra, key, self.reader.value()?);
            return Ok(());
        };
        if let Some(cell) = self.build.sheets.get_mut(table).and_then(|sheet| sheet.cell(row, place)) {
            if let Some(stray) = cell.read(self.reader)? {
                member_as(extra, key, stray);
            }
            return Ok(());
        }
        let inside = NODES.get(table).and_then(|node| node.child(place));
        match inside.filter(|child| self.build.needed.get(child.table) == Some(&true)) {
            Some(child) => {
                if let Some(stray) = self.rows(child.table, child.shape)? {
                    member_as(extra, key, &stray);
                }
            }
            None => drop(self.reader.value()?),
        }
        Ok(())
    }
}
