//! Reads JSON text value by value: what is asked for is handed out as it stands there, and nothing is built.
//!
//! It accepts what `serde_json` skips, to the letter, and is faster: it looks at sixteen bytes of a string at once,
//! expects a key before it reads it, and carries no error but that there is one. What is wrong with a text `serde_json`
//! says. The short functions are in line: a result that is handed back through memory costs more than they.
//! Without tables there is little to read, and what a page loads counts for more.

mod quoted;
#[cfg(test)]
mod tests;

use serde::de::{Error as _, IgnoredAny};

pub(crate) use quoted::Quoted;

/// Why reading ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stop {
    /// The text is no JSON, or not all of it.
    Malformed,
    /// A value cannot stand where it does.
    Unexpected,
}

/// A place in a text.
#[derive(Debug)]
pub(crate) struct Reader<'a> {
    text: &'a str,
    at: usize,
    /// Whether a list or object was opened just now: nothing separates its first item from it.
    is_fresh: bool,
    /// How those end that are around a value which is being passed.
    around: Vec<u8>,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Reader { text, at: 0, is_fresh: false, around: Vec::new() }
    }

    /// Reads a text that holds one value and nothing else.
    pub(crate) fn all<T>(
        text: &'a str,
        read: impl FnOnce(&mut Reader<'a>) -> Result<T, Stop>,
    ) -> Result<T, serde_json::Error> {
        let mut reader = Reader::new(text);
        let value = read(&mut reader).and_then(|value| reader.end().map(|()| value));
        value.map_err(|stop| reader.error(stop))
    }

    #[inline(always)]
    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// Where reading stands.
    #[inline(always)]
    pub(crate) fn at(&self) -> usize {
        self.at
    }

    /// What was read since then.
    #[inline(always)]
    pub(crate) fn since(&self, from: usize) -> Result<&'a str, Stop> {
        self.text.get(from..self.at).ok_or(Stop::Malformed)
    }

    /// The first byte of what comes next.
    #[inline(always)]
    pub(crate) fn peek(&mut self) -> Result<u8, Stop> {
        loop {
            match self.byte() {
                Some(b' ' | b'\n' | b'\t' | b'\r') => self.at += 1,
                Some(byte) => return Ok(byte),
                None => return Err(Stop::Malformed),
            }
        }
    }

    /// A quote comes next.
    #[inline(always)]
    fn quote(&mut self) -> Result<(), Stop> {
        if self.peek()? == b'"' { Ok(()) } else { Err(Stop::Malformed) }
    }

    #[inline(always)]
    fn colon(&mut self) -> Result<(), Stop> {
        let is_colon = self.peek()? == b':';
        self.at += 1;
        if is_colon { Ok(()) } else { Err(Stop::Malformed) }
    }

    /// Enters a list or an object, which `peek` has shown.
    pub(crate) fn enter(&mut self) {
        self.at += 1;
        self.is_fresh = true;
    }

    /// Whether another item follows in the list or object that ends with this byte.
    #[cfg_attr(feature = "tables", inline(always))]
    fn goes_on(&mut self, end: u8) -> Result<bool, Stop> {
        let is_first = std::mem::replace(&mut self.is_fresh, false);
        match self.peek()? {
            b',' if !is_first => self.at += 1,
            byte if byte == end => {
                self.at += 1;
                return Ok(false);
            }
            _ if is_first => {}
            _ => return Err(Stop::Malformed),
        }
        Ok(true)
    }

    /// Whether the list that was entered has another item.
    #[inline(always)]
    pub(crate) fn next_item(&mut self) -> Result<bool, Stop> {
        self.goes_on(b']')
    }

    /// The next key of the object that was entered; its value follows.
    #[cfg_attr(feature = "tables", inline(always))]
    pub(crate) fn next_key(&mut self) -> Result<Option<Quoted<'a>>, Stop> {
        if !self.goes_on(b'}')? {
            return Ok(None);
        }
        self.quote()?;
        let key = self.string()?;
        self.colon()?;
        Ok(Some(key))
    }

    /// The next key, if it is this one, written without white space or escapes; nothing is read otherwise.
    #[cfg(feature = "tables")]
    #[inline(always)]
    pub(crate) fn next_key_if(&mut self, name: &str) -> bool {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        let rest = match (self.is_fresh, rest) {
            (true, [b'"', rest @ ..]) | (false, [b',', b'"', rest @ ..]) => rest,
            _ => return false,
        };
        let (Some([b'"', b':', ..]), true) = (rest.get(name.len()..), starts_with(rest, name.as_bytes())) else {
            return false;
        };
        self.at += usize::from(!self.is_fresh) + 1 + name.len() + 2;
        self.is_fresh = false;
        true
    }

    /// A string, which `peek` has shown.
    #[inline(always)]
    pub(crate) fn string(&mut self) -> Result<Quoted<'a>, Stop> {
        let from = self.at + 1;
        let has_escapes = self.skip_string()?;
        Ok(Quoted { inner: self.text.get(from..self.at - 1).ok_or(Stop::Malformed)?, has_escapes })
    }

    /// Passes a string; whether it has escapes.
    #[cfg_attr(feature = "tables", inline(always))]
    fn skip_string(&mut self) -> Result<bool, Stop> {
        self.at = plain(self.text.as_bytes(), self.at + 1);
        if self.byte() == Some(b'"') {
            self.at += 1;
            return Ok(false);
        }
        self.skip_escapes()?;
        Ok(true)
    }

    #[cold]
    fn skip_escapes(&mut self) -> Result<(), Stop> {
        loop {
            let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
            self.at += match rest {
                [b'"', ..] => {
                    self.at += 1;
                    return Ok(());
                }
                [b'\\', b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't', ..] => 2,
                [b'\\', b'u', digits @ ..]
                    if digits.iter().take(4).filter(|digit| digit.is_ascii_hexdigit()).count() == 4 =>
                {
                    6
                }
                _ => return Err(Stop::Malformed),
            };
            self.at = plain(self.text.as_bytes(), self.at);
        }
    }

    /// A number, which `peek` has shown: its value, if it is written as an integer (which `-0` is not) and is one of 64
    /// bits.
    #[cfg_attr(feature = "tables", inline(always))]
    pub(crate) fn number(&mut self) -> Result<Option<i64>, Stop> {
        let from = self.at;
        let is_negative = self.byte() == Some(b'-');
        self.at += usize::from(is_negative);
        let digits = self.at;
        let mut value: i64 = 0;
        while let Some(digit @ b'0'..=b'9') = self.byte() {
            value = value.wrapping_mul(10).wrapping_add(i64::from(digit - b'0'));
            self.at += 1;
        }
        let length = self.at - digits;
        let has_zero = self.text.as_bytes().get(digits) == Some(&b'0');
        if length == 0 || has_zero && length > 1 {
            return Err(Stop::Malformed);
        }
        let mut is_int = !(is_negative && has_zero);
        if self.byte() == Some(b'.') {
            self.at += 1;
            (is_int, ()) = (false, self.digits()?);
        }
        if let Some(b'e' | b'E') = self.byte() {
            self.at += 1;
            if let Some(b'+' | b'-') = self.byte() {
                self.at += 1;
            }
            (is_int, ()) = (false, self.digits()?);
        }
        Ok(match is_int {
            false => None,
            // Eighteen digits never overflow.
            true if length <= 18 => Some(if is_negative { -value } else { value }),
            true => self.since(from)?.parse().ok(),
        })
    }

    /// One digit or more.
    #[inline]
    fn digits(&mut self) -> Result<(), Stop> {
        let from = self.at;
        while let Some(b'0'..=b'9') = self.byte() {
            self.at += 1;
        }
        if self.at > from { Ok(()) } else { Err(Stop::Malformed) }
    }

    fn word(&mut self, word: &[u8]) -> Result<(), Stop> {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        if !rest.starts_with(word) {
            return Err(Stop::Malformed);
        }
        self.at += word.len();
        Ok(())
    }

    /// Any value, as it stands there.
    pub(crate) fn value(&mut self) -> Result<&'a str, Stop> {
        let byte = self.peek()?;
        let from = self.at;
        if matches!(byte, b'{' | b'[') { self.skip_nested() } else { self.skip_scalar(byte) }?;
        self.since(from)
    }

    #[cfg_attr(feature = "tables", inline(always))]
    fn skip_scalar(&mut self, byte: u8) -> Result<(), Stop> {
        match byte {
            b'"' => self.skip_string().map(|_| ()),
            b'-' | b'0'..=b'9' => self.number().map(|_| ()),
            b't' => self.word(b"true"),
            b'f' => self.word(b"false"),
            b'n' => self.word(b"null"),
            _ => Err(Stop::Malformed),
        }
    }

    /// Passes a list or an object, however deep: the way out is kept beside the stack of calls.
    fn skip_nested(&mut self) -> Result<(), Stop> {
        self.around.clear();
        let mut end = None;
        loop {
            // A value stands here.
            match self.peek()? {
                open @ (b'{' | b'[') => {
                    self.enter();
                    self.around.extend(end);
                    // In ASCII, one lies between the two.
                    end = Some(open + 2);
                }
                byte => self.skip_scalar(byte)?,
            }
            while let Some(byte) = end
                && !self.goes_on(byte)?
            {
                end = self.around.pop();
            }
            let Some(byte) = end else { return Ok(()) };
            if byte == b'}' {
                self.quote()?;
                self.skip_string()?;
                self.colon()?;
            }
        }
    }

    /// After the last value: nothing else follows.
    fn end(&mut self) -> Result<(), Stop> {
        match self.peek() {
            Ok(_) => Err(Stop::Malformed),
            Err(_) => Ok(()),
        }
    }

    /// What is wrong, in the words of `serde_json`.
    #[cold]
    fn error(&self, stop: Stop) -> serde_json::Error {
        let malformed = match stop {
            Stop::Malformed => serde_json::from_str::<IgnoredAny>(self.text).err(),
            Stop::Unexpected => None,
        };
        malformed.unwrap_or_else(|| {
            let before = self.text.as_bytes().get(..self.at).unwrap_or_default();
            let line = before.rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
            let lines = before.iter().filter(|byte| **byte == b'\n').count() + 1;
            // That is how it is told the position.
            serde_json::Error::custom(format_args!("unexpected at line {lines} column {}", line.len() + 1))
        })
    }
}

const ONES: u64 = u64::from_ne_bytes([1; 8]);

/// Where the bytes of a string end that stand for themselves: the place of a quote, a backslash, a control character
/// or the end.
#[cfg_attr(feature = "tables", inline(always))]
fn plain(bytes: &[u8], mut at: usize) -> usize {
    while let Some([a0, a1, a2, a3, a4, a5, a6, a7, rest @ ..]) =
        bytes.get(at..).and_then(|rest| rest.first_chunk::<16>())
    {
        let first = special(u64::from_le_bytes([*a0, *a1, *a2, *a3, *a4, *a5, *a6, *a7]));
        let second = special(u64::from_le_bytes(*rest));
        if first | second != 0 {
            let (found, before) = if first != 0 { (first, 0) } else { (second, 8) };
            return at + before + found.trailing_zeros() as usize / 8;
        }
        at += 16;
    }
    let rest = bytes.get(at..).unwrap_or_default();
    at + rest.iter().position(|byte| matches!(byte, b'"' | b'\\' | 0..0x20)).unwrap_or(rest.len())
}

/// The high bit of each such byte among eight. What stands above the first may be wrong: a borrow runs upwards.
#[inline(always)]
fn special(eight: u64) -> u64 {
    // To flip 0x02 swaps the quote with the space: then a quote is below 0x21, as control characters are.
    let low = (eight ^ (ONES * 0x02)).wrapping_sub(ONES * 0x21);
    let slashes = (eight ^ (ONES * u64::from(b'\\'))).wrapping_sub(ONES);
    (low | slashes) & !eight & (ONES << 7)
}

/// Whether bytes start with a few others: in line, since to call a comparison takes longer than to compare.
#[cfg(feature = "tables")]
#[inline(always)]
fn starts_with(bytes: &[u8], few: &[u8]) -> bool {
    let Some(bytes) = bytes.get(..few.len()) else { return false };
    // The last eight, or four, overlap those before them.
    if let (Some(one), Some(other)) = (bytes.last_chunk::<8>(), few.last_chunk::<8>()) {
        return one == other
            && bytes.as_chunks::<8>().0.iter().zip(few.as_chunks::<8>().0).all(|(one, other)| one == other);
    }
    if let (Some(one), Some(other)) = (bytes.last_chunk::<4>(), few.last_chunk::<4>()) {
        return one == other && bytes.first_chunk::<4>() == few.first_chunk::<4>();
    }
    bytes.iter().zip(few).all(|(one, other)| one == other)
}
