//! A column of texts under construction.
//!
//! Arrow's own builder appends one value at a time and gives values back as bytes, to be checked again. Here a text is
//! repeated in one go, and read back as text: the columns of parents are repeated in every row inside them.

use std::sync::Arc;

use arrow_array::{ArrayRef, StringArray};
use arrow_buffer::{Buffer, NullBufferBuilder, OffsetBuffer, ScalarBuffer};
use arrow_schema::ArrowError;

/// Arrow's offsets are 32 bits wide: a column of text holds 2 GiB.
const MOST: usize = i32::MAX as usize;

/// Texts, one after the other.
#[derive(Debug)]
pub(super) struct Text {
    bytes: String,
    /// Where each text ends.
    ends: Vec<i32>,
    nulls: NullBufferBuilder,
    is_full: bool,
}

impl Text {
    pub(super) fn new() -> Self {
        Text { bytes: String::new(), ends: Vec::new(), nulls: NullBufferBuilder::new(0), is_full: false }
    }

    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether a text had no room: then the column is not what was asked for.
    pub(super) fn is_full(&self) -> bool {
        self.is_full
    }

    fn end(&self) -> i32 {
        self.ends.last().copied().unwrap_or(0)
    }

    pub(super) fn append_nulls(&mut self, times: usize) {
        self.ends.resize(self.ends.len() + times, self.end());
        self.nulls.append_n_nulls(times);
    }

    /// Appends a text so many times; false where there is no room for it.
    pub(super) fn append(&mut self, text: &str, times: usize) -> bool {
        let room = MOST.saturating_sub(self.bytes.len());
        let (Ok(length), true) = (i32::try_from(text.len()), text.len().saturating_mul(times) <= room) else {
            self.is_full = true;
            return false;
        };
        let mut end = self.end();
        self.ends.reserve(times);
        self.bytes.reserve(text.len() * times);
        for _ in 0..times {
            end += length;
            self.bytes.push_str(text);
            self.ends.push(end);
        }
        self.nulls.append_n_non_nulls(times);
        true
    }

    pub(super) fn value(&self, row: usize) -> Option<&str> {
        let to = usize::try_from(*self.ends.get(row)?).ok()?;
        let from = match row.checked_sub(1) {
            Some(before) => usize::try_from(*self.ends.get(before)?).ok()?,
            None => 0,
        };
        self.nulls.is_valid(row).then(|| self.bytes.get(from..to)).flatten()
    }

    pub(super) fn finish(self) -> Result<ArrayRef, ArrowError> {
        let mut offsets = Vec::with_capacity(self.ends.len() + 1);
        offsets.push(0);
        offsets.extend(self.ends);
        let offsets = OffsetBuffer::new(ScalarBuffer::from(offsets));
        let values = Buffer::from(self.bytes.into_bytes());
        Ok(Arc::new(StringArray::try_new(offsets, values, self.nulls.build())?))
    }
}

#[cfg(test)]
mod tests {
    use arrow_array::cast::AsArray;

    use super::*;

    #[test]
    fn texts_nulls_and_repetitions() {
        let mut text = Text::new();
        text.append_nulls(1);
        assert!(text.append("é", 2));
        assert!(text.append("", 1));
        text.append_nulls(2);
        let read: Vec<_> = (0..7).map(|row| text.value(row)).collect();
        assert_eq!(read, [None, Some("é"), Some("é"), Some(""), None, None, None]);
        let array = text.finish().unwrap();
        assert_eq!(
            array.as_string::<i32>(),
            &StringArray::from(vec![None, Some("é"), Some("é"), Some(""), None, None])
        );
    }

    #[test]
    fn what_has_no_room_is_told() {
        let mut text = Text::new();
        assert!(!text.append("four", MOST / 4 + 1));
        assert!(text.is_full());
        assert_eq!(text.len(), 0);
    }
}
