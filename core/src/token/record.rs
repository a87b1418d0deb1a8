//! What the token store keeps of a log-in. Wall-clock times: processes share no other clock.

use crate::config::secrets;
use crate::json::{self, members, object, string};
use crate::secret::Secret;

const VERSION: u32 = 1;

/// One log-in. Its text is a secret: it travels as a [`Secret`].
pub(super) struct Record {
    pub(super) key: String,
    pub(super) access_token: String,
    pub(super) obtained_at: i64,
    pub(super) expires_at: i64,
    /// Of a user's log-in: what the next token is had for.
    pub(super) refresh_token: Option<String>,
}

impl Record {
    /// Reads a record of this key; anything else in the store is none.
    pub(super) fn read(text: &Secret, key: Option<&str>) -> Option<Record> {
        Record::of(text.expose()).filter(|record| key == Some(record.key.as_str()))
    }

    fn of(text: &str) -> Option<Record> {
        let names = ["version", "key", "access_token", "obtained_at", "expires_at", "refresh_token"];
        let [version, key, access_token, obtained_at, expires_at, refresh_token] = members(text, names).ok()?;
        version?.parse::<u32>().ok()?;
        Some(Record {
            key: string(key)?,
            access_token: string(access_token).filter(|token| secrets::broken(token).is_none())?,
            obtained_at: obtained_at?.parse().ok()?,
            expires_at: expires_at?.parse().ok()?,
            refresh_token: match refresh_token {
                None | Some("null") => None,
                token => Some(string(token)?),
            },
        })
    }

    /// The text that the store keeps.
    pub(super) fn text(&self) -> Secret {
        let Record { key, access_token, obtained_at, expires_at, refresh_token } = self;
        let mut record = object! {
            "version": VERSION, "key": key.as_str(), "access_token": access_token.as_str(),
            "obtained_at": *obtained_at, "expires_at": *expires_at,
        };
        if let (Some(token), Some(record)) = (refresh_token, record.as_object_mut()) {
            record.insert("refresh_token".to_owned(), token.as_str().into());
        }
        Secret::new(json::text(&record))
    }

    /// Milliseconds it lived when it was minted, and those that are left. A clock that was ahead when the record was
    /// written would make the token immortal: never longer than its life.
    pub(super) fn life(&self, wall: i64) -> (u64, u64) {
        let life = u64::try_from(self.expires_at.saturating_sub(self.obtained_at)).unwrap_or(0);
        let left = u64::try_from(self.expires_at.saturating_sub(wall)).unwrap_or(0).min(life);
        (life, left)
    }
}

/// Until when the token of a store's record lives, on the wall clock; `None` where it is no record.
pub(crate) fn end_of(record: &str) -> Option<i64> {
    Record::of(record).map(|record| record.expires_at)
}
