//! A reader for the flat Parquet files of the sandbox, by the format's own metadata.

use serde_json::{Map, Value, json};

/// Metadata: Thrift's compact protocol. A struct is an object by field number.
struct Compact<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Compact<'_> {
    fn byte(&mut self) -> u8 {
        self.at += 1;
        self.bytes[self.at - 1]
    }

    fn varint(&mut self) -> u64 {
        let (mut value, mut shift) = (0, 0);
        loop {
            let byte = self.byte();
            value |= u64::from(byte & 0x7F) << shift;
            shift += 7;
            if byte < 0x80 {
                return value;
            }
        }
    }

    fn value(&mut self, kind: u8) -> Value {
        match kind {
            5 | 6 => {
                let value = self.varint();
                json!((value >> 1) as i64 ^ -((value & 1) as i64))
            }
            8 => {
                let length = self.varint() as usize;
                self.at += length;
                json!(std::str::from_utf8(&self.bytes[self.at - length..self.at]).unwrap())
            }
            9 => {
                let head = self.byte();
                let count = if head >> 4 == 15 { self.varint() } else { u64::from(head >> 4) };
                (0..count).map(|_| self.value(head & 15)).collect()
            }
            12 => self.structure(),
            other => panic!("type {other}"),
        }
    }

    fn structure(&mut self) -> Value {
        let (mut fields, mut number) = (Map::new(), 0);
        loop {
            let head = self.byte();
            if head == 0 {
                return Value::Object(fields);
            }
            assert!(head >> 4 > 0, "a long form of a field's number");
            number += head >> 4;
            fields.insert(number.to_string(), self.value(head & 15));
        }
    }
}

fn word(bytes: &[u8]) -> usize {
    u32::from_le_bytes(bytes[..4].try_into().unwrap()) as usize
}

/// The rows of a file, each an object without what is null.
pub(crate) fn rows(file: &[u8]) -> Vec<Map<String, Value>> {
    assert_eq!((&file[..4], &file[file.len() - 4..]), (&b"PAR1"[..], &b"PAR1"[..]));
    let end = file.len() - 8;
    let start = end - word(&file[end..]);
    let mut reader = Compact { bytes: &file[..end], at: start };
    let footer = reader.structure();
    assert_eq!(reader.at, end);
    let mut rows = vec![Map::new(); footer["3"].as_u64().unwrap() as usize];
    let schema = footer["2"].as_array().unwrap();
    assert_eq!(schema[0]["5"], json!(schema.len() - 1));
    let Some(group) = footer["4"].get(0) else { return rows };
    assert_eq!(group["3"], footer["3"]);
    for (leaf, chunk) in schema[1..].iter().zip(group["1"].as_array().unwrap()) {
        let about = &chunk["3"];
        assert_eq!((&about["1"], &about["3"], &about["4"]), (&leaf["1"], &json!([leaf["4"]]), &json!(0)));
        let mut page = Compact { bytes: file, at: about["9"].as_u64().unwrap() as usize };
        let head = page.structure();
        assert_eq!((&head["5"]["1"], &head["2"]), (&footer["3"], &head["3"]));
        let (first, size) = (page.at, head["2"].as_u64().unwrap() as usize);
        assert_eq!(json!(first + size), json!(about["9"].as_u64().unwrap() + about["7"].as_u64().unwrap()));
        let body = &file[first..first + size];
        let levels = Compact { bytes: &body[4..4 + word(body)], at: 0 };
        let mut levels = levels;
        assert_eq!(levels.varint(), ((rows.len().div_ceil(8) as u64) << 1) | 1, "one run of bits");
        let (bits, mut at) = (&levels.bytes[levels.at..], 4 + word(body));
        for (nth, row) in rows.iter_mut().enumerate().filter(|(nth, _)| bits[nth / 8] >> (nth % 8) & 1 == 1) {
            let value = match leaf["1"].as_u64().unwrap() {
                2 => {
                    at += 8;
                    json!(i64::from_le_bytes(body[at - 8..at].try_into().unwrap()))
                }
                _ => {
                    let length = word(&body[at..]);
                    at += 4 + length;
                    json!(std::str::from_utf8(&body[at - length..at]).unwrap())
                }
            };
            assert!(row.insert(leaf["4"].as_str().unwrap().into(), value).is_none(), "{nth}");
        }
        assert_eq!(at, body.len());
    }
    rows
}
