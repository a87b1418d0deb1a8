//! What the token store keeps of a log-in. Wall-clock times: processes share no other clock.

use serde::{Deserialize, Serialize};

use crate::secret::Secret;

/// One log-in. Its text is a secret: it travels as a [`Secret`].
#[derive(Serialize, Deserialize)]
pub(super) struct Record {
    pub(super) version: u32,
    pub(super) key: String,
    pub(super) access_token: String,
    pub(super) obtained_at: i64,
    pub(super) expires_at: i64,
    /// Of a user's log-in: what the next token is had for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) refresh_token: Option<String>,
}

impl Record {
    /// Reads a record of this key; anything else in the store is none.
    pub(super) fn read(text: &Secret, key: Option<&str>) -> Option<Record> {
        serde_json::from_str::<Record>(text.expose()).ok().filter(|record| key == Some(record.key.as_str()))
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
    serde_json::from_str::<Record>(record).ok().map(|record| record.expires_at)
}
