//! The envelopes of pages. Read by hand: a key may be no Unicode, and what stands in place of a row may be anything.

use std::borrow::Cow;
use std::fmt;

use serde::de::{IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use super::{count, word};
use crate::json::{Key, Members, Raw, members};
use crate::look::{Next, Row};
use crate::time;

/// A page of anything that the API lists.
pub(super) struct Page<'a> {
    /// `conversations`, `entities`, `results` or `userDetails`.
    pub(super) rows: Option<Vec<Item<'a>>>,
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

impl Item<'_> {
    pub(super) fn row(&self) -> Row {
        let start = self.start.and_then(|raw| serde_json::from_str::<Cow<'_, str>>(raw).ok());
        Row {
            id: self.conversation.filter(|raw| *raw != "null").map(fingerprint),
            start: start.and_then(|text| time::parse_instant(&text)),
        }
    }

    pub(super) fn entity(&self) -> Option<String> {
        self.id.and_then(|raw| serde_json::from_str(raw).ok())
    }
}

impl<'de> Deserialize<'de> for Item<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let [mut id, mut conversation, mut start] = [None; 3];
        let mut wanted = [("id", &mut id), ("conversationId", &mut conversation), ("conversationStart", &mut start)];
        deserializer.deserialize_any(Members(&mut wanted))?;
        Ok(Item { id, conversation, start })
    }
}

impl<'de> Deserialize<'de> for Page<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(PageVisitor)
    }
}

struct PageVisitor;

impl<'de> Visitor<'de> for PageVisitor {
    type Value = Page<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a page")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Page<'de>, A::Error> {
        let mut page = Page { rows: None, total: None, page_count: None, next: None };
        let [mut total, mut page_count, mut uri, mut cursor, mut after] = [None; 5];
        while let Some(key) = map.next_key::<Key<'de>>()? {
            let member = match &*key.0 {
                b"conversations" | b"entities" | b"results" | b"userDetails" => {
                    page.rows = map.next_value()?;
                    continue;
                }
                b"totalHits" | b"total" => &mut total,
                b"pageCount" => &mut page_count,
                b"nextUri" => &mut uri,
                b"cursor" => &mut cursor,
                b"cursors" => &mut after,
                _ => {
                    map.next_value::<IgnoredAny>()?;
                    continue;
                }
            };
            *member = Some(map.next_value::<&RawValue>()?.get());
        }
        (page.total, page.page_count) = (count(total), count(page_count));
        let after = after.and_then(|raw| members(raw, ["after"]).ok()).and_then(|[after]| word(after));
        page.next = word(cursor).map(Next::Cursor).or(word(uri).map(Next::Uri)).or(after.map(Next::After));
        Ok(page)
    }
}

/// A UUID's value, or a hash of anything else.
fn fingerprint(raw: &str) -> u128 {
    let text = raw.trim_matches('"');
    let digits = || text.bytes().filter(|byte| *byte != b'-');
    if text.len() == 36 && digits().count() == 32 && digits().all(|byte| byte.is_ascii_hexdigit()) {
        let digit = |byte: u8| u128::from((byte as char).to_digit(16).unwrap_or(0));
        return digits().fold(0, |value, byte| value << 4 | digit(byte));
    }
    // FNV-1a, 128 bits: ids of other forms are rare and not hostile to their own owner.
    text.bytes().fold(0x6c62_272e_07bb_0142_62b8_2175_6295_c58d, |hash, byte| {
        (hash ^ u128::from(byte)).wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013b)
    })
}
