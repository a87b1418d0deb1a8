//! UUIDs as numbers, so that a conversation costs no allocation for each of its identifiers.

use std::fmt;

/// A UUID of version 4.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Uuid(u128);

const HEX: &[u8; 16] = b"0123456789abcdef";

impl Uuid {
    /// Joins two words and sets the version and variant bits.
    pub fn from_halves(high: u64, low: u64) -> Self {
        let high = (high & !0xF000) | 0x4000;
        let low = (low & !(0b11 << 62)) | (0b10 << 62);
        Self((u128::from(high) << 64) | u128::from(low))
    }

    /// The two words.
    pub fn halves(self) -> (u64, u64) {
        ((self.0 >> 64) as u64, self.0 as u64)
    }

    /// Another id that leads back to this one: the sibling of its sibling is itself.
    pub(crate) fn sibling(self, tag: u64) -> Self {
        let (high, low) = self.halves();
        let (tagged, mixed) = (crate::rng::key(&[tag, 1]), crate::rng::key(&[tag, 2]));
        Self::from_halves(high ^ (tagged & !0xF000), low ^ (mixed & !(0b11 << 62)))
    }

    /// Reads the hyphenated form.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        if bytes.len() != 36 || [8, 13, 18, 23].iter().any(|at| bytes[*at] != b'-') {
            return None;
        }
        let mut value = 0u128;
        for (at, byte) in bytes.iter().enumerate() {
            if matches!(at, 8 | 13 | 18 | 23) {
                continue;
            }
            value = (value << 4) | u128::from((*byte as char).to_digit(16)?);
        }
        Some(Self(value))
    }

    /// Appends the hyphenated form.
    pub fn write(self, out: &mut Vec<u8>) {
        let mut text = [b'-'; 36];
        let mut value = self.0;
        for at in (0..36).rev() {
            if !matches!(at, 8 | 13 | 18 | 23) {
                text[at] = HEX[(value & 15) as usize];
                value >>= 4;
            }
        }
        out.extend_from_slice(&text);
    }
}

impl fmt::Display for Uuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = Vec::with_capacity(36);
        self.write(&mut text);
        f.write_str(&String::from_utf8_lossy(&text))
    }
}

#[cfg(test)]
mod tests {
    use super::Uuid;

    #[test]
    fn text_and_number_agree() {
        let id = Uuid::from_halves(0x1bc9_6a39_6725_40c4, 0x9345_db72_aa67_b8c6);
        assert_eq!(id.to_string(), "1bc96a39-6725-40c4-9345-db72aa67b8c6");
        assert_eq!(Uuid::parse(&id.to_string()), Some(id));
        assert_eq!(Uuid::parse("1bc96a39"), None);
        assert_ne!(id.sibling(3), id);
        assert_eq!(id.sibling(3).sibling(3), id);
    }
}
