//! All tables of a page under construction: which are read, where a row begins and ends, what is reckoned from others.

use super::derive;
use super::schema::{NAMES, NODES, around, table};
use crate::tables::sheet::{From, Sheet};
use crate::tables::{Fault, Table, Tables};

/// Where each table stood when an object began: which rows are inside it.
pub(super) type Marks = [usize; NODES.len()];

/// All tables of a page under construction.
#[derive(Debug)]
pub(super) struct Build<'s> {
    pub(super) sheets: Vec<Sheet>,
    /// Whether a table is read at all.
    pub(super) needed: Vec<bool>,
    /// Positions of the page to leave out, in order.
    pub(super) skip: &'s [u32],
    /// Rows of the first table that are no conversations.
    pub(super) strays: usize,
}

impl<'s> Build<'s> {
    pub(super) fn new(skip: &'s [u32], wanted: impl Fn(&str) -> bool) -> Self {
        let wanted: Vec<bool> = NAMES.iter().map(|name| wanted(name)).collect();
        let mut build = Build {
            sheets: NODES.iter().enumerate().map(|(nth, node)| node.sheet(around(nth))).collect(),
            needed: wanted.clone(),
            skip,
            strays: 0,
        };
        // Which columns are read of a table that is not wanted itself.
        let mut reads: Vec<(usize, usize)> = Vec::new();
        if wanted.first() == Some(&true) {
            reads.extend(derive::READS);
            build.need(table("participants"));
        }
        // From the inside out: what a table repeats of those around it makes them needed, too.
        for (nth, node) in NODES.iter().enumerate().rev() {
            let read = |column: usize| reads.contains(&(nth, column));
            if (0..node.specs.len()).any(read) {
                build.need(nth);
            }
            let is_wanted = wanted.get(nth) == Some(&true);
            if let (false, Some(sheet)) = (is_wanted, build.sheets.get_mut(nth)) {
                sheet.only(read);
            }
            if build.needed.get(nth) != Some(&true) {
                continue;
            }
            around(nth).into_iter().for_each(|around| build.need(around));
            for (own, spec) in node.specs.iter().enumerate() {
                let From::Up(around, source) = spec.from else { continue };
                if build.sheets.get(nth).is_some_and(|sheet| sheet.is_wanted(own)) {
                    reads.push((around, source));
                }
            }
        }
        build
    }

    fn need(&mut self, nth: usize) {
        if let Some(needed) = self.needed.get_mut(nth) {
            *needed = true;
        }
    }

    pub(super) fn marks(&self) -> Marks {
        let mut marks = [0; NODES.len()];
        for (mark, sheet) in marks.iter_mut().zip(&self.sheets) {
            *mark = sheet.rows;
        }
        marks
    }

    /// Begins a row inside the row that the table around has come to.
    pub(super) fn begin(&mut self, nth: usize, index: usize) -> usize {
        let outer = self.sheets.get(nth).and_then(|sheet| self.sheets.get(sheet.around?));
        let row = outer.and_then(|outer| u32::try_from(outer.rows.checked_sub(1)?).ok()).unwrap_or(0);
        self.sheets.get_mut(nth).map_or(0, |sheet| sheet.begin(index, row))
    }

    /// Ends a row: reckons what is derived.
    pub(super) fn end(&mut self, nth: usize, row: usize, marks: &Marks, extra: &str) {
        if let Some(sheet) = self.sheets.get_mut(nth) {
            sheet.set_extra(row, extra);
        }
        derive::derive(self, nth, row, marks);
    }

    /// The tables that are wanted, in their order.
    pub(super) fn finish(mut self, wanted: impl Fn(&str) -> bool) -> Result<Tables, Fault> {
        let mut tables = Vec::new();
        // From the inside out: a table repeats columns of those around it, and those are all before it.
        while let Some(sheet) = self.sheets.pop() {
            if let Some(name) = NAMES.get(self.sheets.len()).filter(|name| wanted(name)) {
                tables.push(Table { name: (*name).into(), batch: sheet.finish(&self.sheets)? });
            }
        }
        tables.reverse();
        Ok(Tables(tables))
    }
}
