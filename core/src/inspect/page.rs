//! The envelopes of pages. Read by hand: a key may be no Unicode, and what stands in place of a row may be anything.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use super::{Count, Word};
use crate::json::Key;
use crate::look::{Next, Row};
use crate::time;

/// A page of anything that the API lists.
pub(super) struct Page<R> {
    /// `conversations`, `entities`, `results` or `userDetails`.
    pub(super) rows: Option<Vec<R>>,
    /// `totalHits` or `total`.
    pub(super) total: Option<u64>,
    pub(super) page_count: Option<u64>,
    pub(super) next: Option<Next>,
}

/// An entity, by its id.
pub(super) struct Entity(pub(super) Option<String>);

impl<'de, R: Deserialize<'de>> Deserialize<'de> for Page<R> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(PageVisitor(PhantomData))
    }
}

struct PageVisitor<R>(PhantomData<R>);

impl<'de, R: Deserialize<'de>> Visitor<'de> for PageVisitor<R> {
    type Value = Page<R>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a page")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Page<R>, A::Error> {
        let mut page = Page { rows: None, total: None, page_count: None, next: None };
        let (mut cursor, mut uri, mut after) = (None, None, None);
        while let Some(key) = map.next_key::<Key<'de>>()? {
            match &*key.0 {
                b"conversations" | b"entities" | b"results" | b"userDetails" => page.rows = map.next_value()?,
                b"totalHits" | b"total" => page.total = map.next_value::<Count>()?.0,
                b"pageCount" => page.page_count = map.next_value::<Count>()?.0,
                b"nextUri" => uri = map.next_value::<Word>()?.0,
                b"cursor" => cursor = map.next_value::<Word>()?.0,
                b"cursors" => after = map.next_value::<After>()?.0,
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        page.next = cursor.map(Next::Cursor).or(uri.map(Next::Uri)).or(after.map(Next::After));
        Ok(page)
    }
}

/// The `after` of `cursors`.
struct After(Option<String>);

impl<'de> Deserialize<'de> for After {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let [after] = deserializer.deserialize_any(Members([b"after"]))?;
        let after = after.and_then(|raw| serde_json::from_str::<String>(raw).ok());
        Ok(After(after.filter(|after| !after.is_empty())))
    }
}

impl<'de> Deserialize<'de> for Row {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let [id, start] = deserializer.deserialize_any(Members([b"conversationId", b"conversationStart"]))?;
        let start = start.and_then(|raw| serde_json::from_str::<Cow<'_, str>>(raw).ok());
        Ok(Row {
            id: id.filter(|raw| *raw != "null").map(fingerprint),
            start: start.and_then(|text| time::parse_instant(&text)),
        })
    }
}

impl<'de> Deserialize<'de> for Entity {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let [id] = deserializer.deserialize_any(Members([b"id"]))?;
        Ok(Entity(id.and_then(|raw| serde_json::from_str(raw).ok())))
    }
}

/// Scalars where an object is expected.
macro_rules! no_members {
    ($($visit:ident: $kind:ty),+) => {
        $(fn $visit<E>(self, _: $kind) -> Result<Self::Value, E> {
            Ok([None; N])
        })+
    };
}

/// Some members of an object, as they came; none of anything else.
struct Members<const N: usize>([&'static [u8]; N]);

impl<'de, const N: usize> Visitor<'de> for Members<N> {
    type Value = [Option<&'de str>; N];

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("anything")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = [None; N];
        while let Some(key) = map.next_key::<Key<'de>>()? {
            match self.0.iter().zip(&mut members).find(|(name, _)| ***name == *key.0) {
                Some((_, member)) => *member = Some(map.next_value::<&RawValue>()?.get()),
                None => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(members)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok([None; N])
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok([None; N])
    }

    no_members!(visit_bool: bool, visit_i64: i64, visit_u64: u64, visit_f64: f64, visit_str: &str);
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
