//! The envelopes of pages. A key may be no Unicode, and what stands in place of a row may be anything.

use super::{count, word};
use crate::json::{Raw, members, string, take_members, text_of};
use crate::look::{Next, Row};
use crate::reader::{Reader, Stop};
use crate::time;

/// A page of anything that the API lists.
pub(super) struct Page<'a> {
    /// `conversations`, `entities`, `results` or `userDetails`.
    pub(super) rows: Option<Vec<Item<'a>>>,
    /// Their text.
    pub(super) text: &'a str,
    /// `totalHits` or `total`.
    pub(super) total: Option<u64>,
    pub(super) page_count: Option<u64>,
    pub(super) next: Option<Next>,
}

/// What may matter of an item of a page, as it came: its `id`, or that of a conversation and when it started.
pub(super) struct Item<'a> {
    id: Raw<'a>,
    conversation: Raw<'a>,
    start: Raw<'a>,
}

impl<'a> Page<'a> {
    /// Reads a page, which is an object.
    pub(super) fn read(reader: &mut Reader<'a>) -> Result<Page<'a>, Stop> {
        if reader.peek()? != b'{' {
            return reader.value().and(Err(Stop::Unexpected));
        }
        let mut page = Page { rows: None, text: "", total: None, page_count: None, next: None };
        let [mut total, mut page_count, mut uri, mut cursor, mut after] = [None; 5];
        reader.enter();
        while let Some(key) = reader.next_key()? {
            let member = match &*key.text().unwrap_or_default() {
                "conversations" | "entities" | "results" | "userDetails" => {
                    reader.peek()?;
                    let from = reader.at();
                    page.rows = rows(reader)?;
                    page.text = reader.since(from)?;
                    continue;
                }
                "totalHits" | "total" => &mut total,
                "pageCount" => &mut page_count,
                "nextUri" => &mut uri,
                "cursor" => &mut cursor,
                "cursors" => &mut after,
                _ => {
                    reader.value()?;
                    continue;
                }
            };
            *member = Some(reader.value()?);
        }
        (page.total, page.page_count) = (count(total), count(page_count));
        let after = after.and_then(|raw| members(raw, ["after"]).ok()).and_then(|[after]| word(after));
        page.next = word(cursor).map(Next::Cursor).or(word(uri).map(Next::Uri)).or(after.map(Next::After));
        Ok(page)
    }
}

/// A list, or nothing.
fn rows<'a>(reader: &mut Reader<'a>) -> Result<Option<Vec<Item<'a>>>, Stop> {
    match reader.peek()? {
        b'[' => {}
        b'n' => return reader.value().map(|_| None),
        _ => return reader.value().and(Err(Stop::Unexpected)),
    }
    reader.enter();
    let mut rows = Vec::new();
    while reader.next_item()? {
        rows.push(Item::read(reader)?);
    }
    Ok(Some(rows))
}

impl<'a> Item<'a> {
    /// Reads an item: of what is no object nothing matters.
    fn read(reader: &mut Reader<'a>) -> Result<Item<'a>, Stop> {
        let mut found = [None; 3];
        match reader.peek()? {
            b'{' => take_members(reader, &["id", "conversationId", "conversationStart"], &mut found)?,
            _ => drop(reader.value()?),
        }
        let [id, conversation, start] = found;
        Ok(Item { id, conversation, start })
    }

    pub(super) fn row(&self) -> Row {
        Row {
            id: self.conversation.filter(|raw| *raw != "null").map(Row::fingerprint),
            start: self.start.and_then(text_of).and_then(|text| time::parse_instant(&text)),
        }
    }

    pub(super) fn entity(&self) -> Option<String> {
        string(self.id)
    }
}
