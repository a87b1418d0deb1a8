//! A string of JSON as it is written.

use std::borrow::Cow;
use std::str::Chars;

/// A string where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Quoted<'a> {
    /// What is between its quotes.
    pub(crate) inner: &'a str,
    pub(super) has_escapes: bool,
}

impl<'a> Quoted<'a> {
    /// The text; `None` where it holds half a character.
    #[inline(always)]
    pub(crate) fn text(self) -> Option<Cow<'a, str>> {
        if self.has_escapes { unescaped(self.inner).map(Cow::Owned) } else { Some(Cow::Borrowed(self.inner)) }
    }
}

/// The reader has seen to it that every escape is one.
#[cold]
fn unescaped(inner: &str) -> Option<String> {
    let mut text = String::new();
    let mut rest = inner.chars();
    while let Some(written) = rest.next() {
        text.push(if written == '\\' { escape(&mut rest)? } else { written });
    }
    Some(text)
}

/// What stands behind a backslash.
fn escape(rest: &mut Chars<'_>) -> Option<char> {
    Some(match rest.next()? {
        'b' => '\u{8}',
        'f' => '\u{c}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'u' => match unit(rest)? {
            // Beyond 65,535 a character is two units of UTF-16.
            high @ 0xd800..0xdc00 => {
                let is_unit = rest.next() == Some('\\') && rest.next() == Some('u');
                let low = unit(rest).filter(|low| is_unit && (0xdc00..0xe000).contains(low))?;
                char::from_u32(0x1_0000 + (high - 0xd800) * 0x400 + (low - 0xdc00))?
            }
            unit => char::from_u32(unit)?,
        },
        itself => itself,
    })
}

fn unit(rest: &mut Chars<'_>) -> Option<u32> {
    (0..4).try_fold(0, |unit, _| Some(unit * 16 + rest.next()?.to_digit(16)?))
}
