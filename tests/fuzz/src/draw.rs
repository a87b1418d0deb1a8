//! What is drawn from the bytes of an input.

/// The bytes that are left.
pub(crate) struct Draw<'a>(&'a [u8]);

impl<'a> Draw<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Draw(bytes)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The next byte; 0 where there is none.
    pub(crate) fn byte(&mut self) -> u8 {
        match self.0.split_first() {
            None => 0,
            Some((byte, rest)) => {
                self.0 = rest;
                *byte
            }
        }
    }

    /// One of these.
    pub(crate) fn one<'t, T>(&mut self, these: &'t [T]) -> &'t T {
        &these[usize::from(self.byte()) % these.len()]
    }

    /// A number of any size: the first byte says how large.
    pub(crate) fn number(&mut self) -> u64 {
        let (bits, value) = (self.byte() % 64, u64::from(self.byte()) + 1);
        (1_u64 << bits).saturating_mul(value) - 1
    }

    /// So many bytes as the next two say.
    pub(crate) fn some(&mut self) -> &'a [u8] {
        let length = usize::from(u16::from_le_bytes([self.byte(), self.byte()]));
        let (these, rest) = self.0.split_at(length.min(self.0.len()));
        self.0 = rest;
        these
    }

    /// All that is left.
    pub(crate) fn rest(&mut self) -> &'a [u8] {
        std::mem::take(&mut self.0)
    }

    /// A status, a genuine one mostly.
    pub(crate) fn status(&mut self) -> u16 {
        const USUAL: [u16; 18] =
            [200, 202, 204, 302, 400, 401, 403, 404, 405, 408, 409, 413, 415, 429, 500, 502, 503, 504];
        match self.byte() {
            255 => u16::from_le_bytes([self.byte(), self.byte()]),
            byte => USUAL[usize::from(byte) % USUAL.len()],
        }
    }

    /// Headers: a line each, `name: value`; a line without a colon is a name of those that count.
    pub(crate) fn headers(&mut self) -> Vec<(Vec<u8>, Vec<u8>)> {
        self.some().split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).map(pair).collect()
    }
}

fn pair(line: &[u8]) -> (Vec<u8>, Vec<u8>) {
    const KNOWN: [&str; 7] = [
        "Retry-After",
        "inin-ratelimit-count",
        "inin-ratelimit-allowed",
        "inin-ratelimit-reset",
        "ININ-Correlation-Id",
        "Content-Type",
        "Date",
    ];
    match line.iter().position(|byte| *byte == b':') {
        Some(colon) => (line[..colon].to_vec(), line[colon + 1..].trim_ascii().to_vec()),
        None => (KNOWN[usize::from(line[0]) % KNOWN.len()].into(), line[1..].to_vec()),
    }
}
