//! A string that never prints.

use std::fmt;

use zeroize::Zeroize;

/// A client secret, a token, or anything else that must not show.
///
/// `Debug` and `Display` print `[redacted]`; the memory is overwritten on drop.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps a secret.
    pub fn new(text: impl Into<String>) -> Self {
        Secret(text.into())
    }

    /// A text in which this secret does not stand any more. One of a few letters is no secret, and would cut words.
    pub(crate) fn cut_out(&self, text: String) -> String {
        if self.0.len() < 6 || !text.contains(&self.0) {
            return text;
        }
        text.replace(&self.0, "[redacted]")
    }

    /// The secret itself. Every call is a place where it could leak.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

impl Drop for Secret {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

#[cfg(test)]
mod tests {
    use super::Secret;

    #[test]
    fn it_never_prints() {
        let secret = Secret::new("hunter2");
        assert_eq!(format!("{secret} {secret:?}"), "[redacted] [redacted]");
    }
}
