//! Whatever the text, the reader and `serde_json` agree.

use serde::de::IgnoredAny;
use serde_json::{Map, Value};

use super::*;
use crate::rng::Rng;

/// A value as a tree, read with everything that the reader has.
fn tree(reader: &mut Reader<'_>) -> Result<Value, Stop> {
    let from = reader.peek().map(|_| reader.at())?;
    Ok(match reader.peek()? {
        b'{' => {
            reader.enter();
            let mut members = Map::new();
            while let Some(key) = reader.next_key()? {
                members.insert(key.text().ok_or(Stop::Unexpected)?.into_owned(), tree(reader)?);
            }
            Value::Object(members)
        }
        b'[' => {
            reader.enter();
            let mut items = Vec::new();
            while reader.next_item()? {
                items.push(tree(reader)?);
            }
            Value::Array(items)
        }
        b'"' => Value::from(reader.string()?.text().ok_or(Stop::Unexpected)?),
        b'-' | b'0'..=b'9' => match reader.number()? {
            Some(int) => Value::from(int),
            None => serde_json::from_str(reader.since(from)?).map_err(|_| Stop::Unexpected)?,
        },
        _ => match reader.value()? {
            "null" => Value::Null,
            word => Value::from(word == "true"),
        },
    })
}

/// Asserts that both accept the text or both refuse it, for one reason, and that they read the same; whether they did.
fn agree(text: &str) -> bool {
    let ours = Reader::all(text, Reader::value);
    match (ours, serde_json::from_str::<IgnoredAny>(text)) {
        (Ok(ours), Ok(_)) => assert_eq!(ours, text.trim_ascii(), "{text:?}"),
        (Err(ours), Err(theirs)) => {
            assert_eq!(ours.to_string(), theirs.to_string(), "{text:?}");
            return false;
        }
        (ours, theirs) => panic!("{text:?}: {ours:?}, and serde_json: {theirs:?}"),
    }
    // Half a character and a number without bounds are text, and no values.
    match (Reader::all(text, tree), serde_json::from_str::<Value>(text)) {
        (Ok(ours), Ok(theirs)) => assert_eq!(ours, theirs, "{text:?}"),
        (Err(_), Err(_)) => {}
        (ours, theirs) => panic!("{text:?}: {ours:?}, and serde_json: {theirs:?}"),
    }
    true
}

const STRINGS: &[&str] = &[
    "",
    "a",
    "name",
    "é",
    "\u{10ffff}",
    "\u{7f}",
    r"\n",
    r"\/",
    r"\u00e9",
    r"\ud83d\ude00",
    r"\ud83d",
    r"\udc00x",
    r#"\""#,
    r"\\",
    "2026-03-09T12:00:00.123Z",
    "0b8e6f0a-7b1e-4c1e-9a54-3c1d7f2b9e11",
    "['{,:}]",
    "seventeen letters",
];
const NUMBERS: &[&str] = &[
    "0",
    "-0",
    "7",
    "-12",
    "1.10",
    "0.5",
    "1e5",
    "1E+05",
    "2.5e-7",
    "-0.0",
    "123456789012345678",
    "999999999999999999",
    "1234567890123456789",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775808",
    "-9223372036854775809",
    "18446744073709551615",
    "18446744073709551616",
    "0.12345678901234567890",
    "55173891.0",
    "1e-400",
];
const ODD: &[&str] = &[
    "\"", "\\", "{", "}", "[", "]", ",", ":", " ", "\n", "\u{0}", "\u{1f}", "\u{a0}", "\u{feff}", "0", "-", "+", ".",
    "e", "x", "tru", "null", r"\u12", r"\ud800", r"\x", "/*", "é", "1e400",
];

fn one<'a>(rng: &mut Rng, of: &[&'a str]) -> &'a str {
    of[rng.up_to(of.len() as u64 - 1) as usize]
}

fn space(rng: &mut Rng, text: &mut String) {
    if rng.up_to(9) == 0 {
        text.push_str(one(rng, &[" ", "\n", "\t", "\r\n", "  "]));
    }
}

/// Writes any value, with white space here and there.
fn write(rng: &mut Rng, depth: u32, text: &mut String) {
    space(rng, text);
    match rng.up_to(if depth == 0 { 3 } else { 6 }) {
        0 => text.push_str(one(rng, NUMBERS)),
        1 => text.push_str(one(rng, &["true", "false", "null"])),
        2 | 3 => text.push_str(&format!("\"{}{}\"", one(rng, STRINGS), one(rng, STRINGS))),
        kind => {
            let [open, close] = if kind == 4 { ['[', ']'] } else { ['{', '}'] };
            text.push(open);
            for nth in 0..rng.up_to(4) {
                if nth > 0 {
                    text.push(',');
                }
                space(rng, text);
                if open == '{' {
                    text.push_str(&format!("\"{}{nth}\"", one(rng, STRINGS)));
                    space(rng, text);
                    text.push(':');
                }
                write(rng, depth - 1, text);
            }
            space(rng, text);
            text.push(close);
        }
    }
    space(rng, text);
}

/// Takes some of a text away and puts something odd there.
fn spoiled(rng: &mut Rng, text: &str) -> String {
    let places: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
    let from = rng.up_to(places.len() as u64 - 1) as usize;
    let to = (from + rng.up_to(2) as usize).min(places.len() - 1);
    format!("{}{}{}", &text[..places[from]], one(rng, ODD), &text[places[to]..])
}

#[test]
fn any_text() {
    let mut rng = Rng::new(1);
    let (mut read, mut refused) = (0, 0);
    for _ in 0..3_000 {
        let mut text = String::new();
        write(&mut rng, 4, &mut text);
        assert!(agree(&text), "{text:?}");
        for _ in 0..4 {
            text = spoiled(&mut rng, &text);
            if agree(&text) { read += 1 } else { refused += 1 }
        }
    }
    assert!(read > 1_000 && refused > 5_000, "{read} {refused}");
}

#[test]
fn hostile_texts() {
    let deep = "[".repeat(100_000);
    for text in [
        "",
        " ",
        "01",
        "-",
        "-01",
        "1.",
        ".5",
        "+1",
        "1e",
        "1e+",
        "0x1",
        "1 2",
        "NaN",
        "tru",
        "truex",
        "nul",
        "\"",
        "\"\\",
        "\"\\u12\"",
        "\"\\ud83\"",
        "\"\\x\"",
        "\"\n\"",
        "\"\u{0}\"",
        "[1,]",
        "[,1]",
        "[1 2]",
        "[1}",
        "{\"a\":1]",
        "{,}",
        "{\"a\"}",
        "{\"a\" 1}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{a:1}",
        "{1:1}",
        "{} x",
        "\u{feff}{}",
        "\u{a0}1",
        "'a'",
        "[1,2",
        &deep,
    ] {
        assert!(!agree(text), "{text:?}");
    }
    let deep = deep + &"]".repeat(100_000);
    assert_eq!(Reader::all(&deep, Reader::value).unwrap(), deep);
    for text in ["1e400", "\"\\ud83d\"", "{\"\\udc00\":1}", "\"\u{7f}\"", " \t\r\n[ ] "] {
        assert!(agree(text), "{text:?}");
    }
}

#[test]
fn a_string_ends_wherever_it_may() {
    for around in ["a", "!", "#", "[", "]", "\u{7f}", "é", "ࢀ", "\u{10ffff}"] {
        for length in 0..40 {
            let inner = around.repeat(length);
            for end in ["", "\"", "\\", "\u{1f}", "\u{0}", "\"\u{0}\"\\", "\\\"", "\" trailing after it"] {
                let text = format!("{inner}{end}");
                assert_eq!(plain(text.as_bytes(), 0), inner.len(), "{text:?}");
            }
        }
    }
}

#[test]
fn a_key_is_taken_by_its_name_only() {
    let name = "abcdefghijklmnopqrstuvwxyz";
    for length in 0..name.len() {
        let name = &name[..length];
        for text in [format!(r#"{{"{name}":1}}"#), format!(r#"{{"z":1,"{name}":1}}"#)] {
            let mut reader = Reader::new(&text);
            reader.enter();
            if text.contains('z') {
                assert!(!reader.next_key_if(name) && reader.next_key_if("z"));
                reader.value().unwrap();
            }
            for nth in 0..length {
                let other = format!("{}_{}", &name[..nth], &name[nth + 1..]);
                assert!(!reader.next_key_if(&other), "{other}");
            }
            assert!(!reader.next_key_if(&format!("{name}x")), "{text}");
            assert!(length == 0 || !reader.next_key_if(&name[1..]), "{text}");
            assert!(reader.next_key_if(name), "{text}");
            assert_eq!((reader.value(), reader.next_key()), (Ok("1"), Ok(None)));
        }
    }
    for text in ["{", "{\"", "{\"a", "{\"a\"", "{\"a\" :1}", "{ \"a\":1}", "{\"\\u0061\":1}", "{,\"a\":1}"] {
        let mut reader = Reader::new(text);
        reader.enter();
        assert!(!reader.next_key_if("a"), "{text}");
    }
}
