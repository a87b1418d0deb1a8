//! Writing JSON straight into a buffer: a page of a hundred conversations has some ten thousand members.

use crate::time::write_iso;
use crate::uuid::Uuid;

/// An object being written. `end` closes it.
#[derive(Debug)]
pub(crate) struct Object<'a> {
    out: &'a mut Vec<u8>,
    is_empty: bool,
}

impl<'a> Object<'a> {
    /// Opens an object.
    pub(crate) fn new(out: &'a mut Vec<u8>) -> Self {
        out.push(b'{');
        Self { out, is_empty: true }
    }

    fn key(&mut self, key: &str) {
        if !std::mem::take(&mut self.is_empty) {
            self.out.push(b',');
        }
        self.out.push(b'"');
        self.out.extend_from_slice(key.as_bytes());
        self.out.extend_from_slice(b"\":");
    }

    /// Writes a member only if there is a value.
    pub(crate) fn some<T>(&mut self, value: Option<T>, write: impl FnOnce(&mut Self, T)) {
        if let Some(value) = value {
            write(self, value);
        }
    }

    /// A string.
    pub(crate) fn text(&mut self, key: &str, value: &str) {
        self.key(key);
        write_text(value, self.out);
    }

    /// A list of strings.
    pub(crate) fn texts(&mut self, key: &str, values: &[&str]) {
        self.list_of(key, values, |value, out| write_text(value, out));
    }

    /// A UUID.
    pub(crate) fn uuid(&mut self, key: &str, value: Uuid) {
        self.key(key);
        write_uuid(value, self.out);
    }

    /// A list of UUIDs.
    pub(crate) fn uuids(&mut self, key: &str, values: &[Uuid]) {
        self.list_of(key, values, |value, out| write_uuid(*value, out));
    }

    /// A date.
    pub(crate) fn date(&mut self, key: &str, ms: i64) {
        self.key(key);
        self.out.push(b'"');
        write_iso(ms, self.out);
        self.out.push(b'"');
    }

    /// An integer.
    pub(crate) fn int(&mut self, key: &str, value: i64) {
        self.key(key);
        write_int(value, self.out);
    }

    /// A list of integers.
    pub(crate) fn ints(&mut self, key: &str, values: &[i64]) {
        self.list_of(key, values, |value, out| write_int(*value, out));
    }

    /// A number with all its digits.
    pub(crate) fn float(&mut self, key: &str, value: f64) {
        self.key(key);
        self.out.extend_from_slice(format!("{value:?}").as_bytes());
    }

    /// A truth value.
    pub(crate) fn flag(&mut self, key: &str, value: bool) {
        self.key(key);
        self.out.extend_from_slice(if value { b"true" } else { b"false" });
    }

    /// A member whose value the callee writes.
    pub(crate) fn object(&mut self, key: &str, write: impl FnOnce(&mut Vec<u8>)) {
        self.key(key);
        write(self.out);
    }

    /// A list that is left out when it is empty.
    pub(crate) fn list<T>(&mut self, key: &str, items: &[T], write: impl Fn(&T, &mut Vec<u8>)) {
        if !items.is_empty() {
            self.list_of(key, items, write);
        }
    }

    fn list_of<T>(&mut self, key: &str, items: &[T], write: impl Fn(&T, &mut Vec<u8>)) {
        self.key(key);
        self.out.push(b'[');
        for (at, item) in items.iter().enumerate() {
            if at > 0 {
                self.out.push(b',');
            }
            write(item, self.out);
        }
        self.out.push(b']');
    }

    /// Closes it.
    pub(crate) fn end(self) {
        self.out.push(b'}');
    }
}

fn write_uuid(value: Uuid, out: &mut Vec<u8>) {
    out.push(b'"');
    value.write(out);
    out.push(b'"');
}

fn write_int(value: i64, out: &mut Vec<u8>) {
    let mut digits = [0u8; 20];
    let mut at = digits.len();
    let mut rest = value.unsigned_abs();
    loop {
        at -= 1;
        digits[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    if value < 0 {
        out.push(b'-');
    }
    out.extend_from_slice(&digits[at..]);
}

fn write_text(value: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    for byte in value.bytes() {
        match byte {
            b'"' => out.extend_from_slice(b"\\\""),
            b'\\' => out.extend_from_slice(b"\\\\"),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\t' => out.extend_from_slice(b"\\t"),
            0..=0x1F => out.extend_from_slice(format!("\\u{byte:04x}").as_bytes()),
            _ => out.push(byte),
        }
    }
    out.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_can_be_read() {
        let mut out = Vec::new();
        let mut o = Object::new(&mut out);
        o.text("a", "\"ö\"\n\u{1}");
        o.int("b", i64::MIN);
        o.float("c", 4.882874965667725);
        o.list("d", &[] as &[i64], |_, _| ());
        o.end();
        let read: serde_json::Value = serde_json::from_slice(&out).unwrap();
        assert_eq!(read, serde_json::json!({"a": "\"ö\"\n\u{1}", "b": i64::MIN, "c": 4.882874965667725}));
    }
}
