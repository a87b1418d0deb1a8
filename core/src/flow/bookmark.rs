//! Where a report ended early, as a short text: given back with the same report, what was delivered is not asked again.
//!
//! It holds a place and no ids, so it stays small, and whoever keeps it needs to keep nothing else. What was seen is
//! not in it: conversations of a page that had been read in part may come once more.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

use crate::error::{Error, ErrorKind};
use crate::json;
use crate::look::Next;
use crate::plan::Ask;
use crate::time::Interval;

/// Instants of a bookmark lie within so many milliseconds of 1970: far beyond any data, far below any overflow.
const FARTHEST: i64 = 1 << 43;

/// A place in a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Bookmark {
    /// In the pages of a window.
    Pages { asked: Interval, window: Interval, order: char, position: u32, size: u32 },
    /// In a listing by number.
    Listing { position: u32, size: u32 },
    /// Where the last answer said that it goes on.
    Next(Next),
    /// In a job, and in its results. `asked` goes past `border` where the rest is asked by query.
    Job { id: String, asked: Option<Interval>, border: i64, next: Option<Next> },
}

impl Bookmark {
    /// The text, with a sum of what was asked.
    pub(super) fn write(&self, sum: u32) -> String {
        match self {
            Bookmark::Pages { asked, window, order, position, size } => {
                format!("q.{sum:08x}.{}.{}.{order}.{position}.{size}", ends(Some(*asked)), ends(Some(*window)))
            }
            Bookmark::Listing { position, size } => format!("l.{sum:08x}.{position}.{size}"),
            Bookmark::Next(next) => format!("f.{sum:08x}.{}", next_text(Some(next))),
            Bookmark::Job { id, asked, border, next } => {
                format!("j.{sum:08x}.{id}.{}.{border}.{}", ends(*asked), next_text(next.as_ref()))
            }
        }
    }

    /// Reads what [`Bookmark::write`] wrote for the same sum.
    ///
    /// # Errors
    /// `query.paging` for anything else.
    pub(super) fn read(text: &str, sum: u32) -> Result<Bookmark, Error> {
        let refuse = |what: &str| {
            Error::new(ErrorKind::QueryPaging, format!("`resume` {what}"))
                .remedy("give what the error named as `resume`, with just the report that ended with it")
        };
        let parts: Vec<&str> = text.trim().split('.').collect();
        let Some((written, read)) = parse(&parts) else { return Err(refuse("is not what an error names")) };
        if written != sum {
            return Err(refuse("belongs to another report"));
        }
        Ok(read)
    }
}

fn parse(parts: &[&str]) -> Option<(u32, Bookmark)> {
    let (kind, rest) = parts.split_first()?;
    let (sum, rest) = rest.split_first()?;
    let bookmark = match (*kind, rest) {
        ("q", [from, to, first, last, order, position, size]) => Bookmark::Pages {
            asked: interval(from, to)?,
            window: interval(first, last)?,
            order: order.chars().next()?,
            position: position.parse().ok()?,
            size: size.parse().ok()?,
        },
        ("l", [position, size]) => Bookmark::Listing { position: position.parse().ok()?, size: size.parse().ok()? },
        ("f", [way, at]) => Bookmark::Next(next(way, at)?),
        ("j", [id, from, to, border, way, at]) => Bookmark::Job {
            id: (*id).to_owned(),
            asked: if from.is_empty() { None } else { Some(interval(from, to)?) },
            border: instant(border)?,
            next: if way.is_empty() { None } else { Some(next(way, at)?) },
        },
        _ => return None,
    };
    Some((u32::from_str_radix(sum, 16).ok()?, bookmark))
}

fn ends(interval: Option<Interval>) -> String {
    interval.map_or_else(|| ".".to_owned(), |interval| format!("{}.{}", interval.from, interval.to))
}

fn instant(text: &str) -> Option<i64> {
    text.parse().ok().filter(|instant| (-FARTHEST..FARTHEST).contains(instant))
}

fn interval(from: &str, to: &str) -> Option<Interval> {
    let (from, to) = (instant(from)?, instant(to)?);
    (from < to).then_some(Interval { from, to })
}

fn next_text(next: Option<&Next>) -> String {
    let (way, at) = match next {
        None => return ".".to_owned(),
        Some(Next::Cursor(cursor)) => ("c", cursor),
        Some(Next::After(after)) => ("a", after),
        Some(Next::Uri(uri)) => ("u", uri),
    };
    format!("{way}.{}", BASE64_URL_SAFE_NO_PAD.encode(at))
}

fn next(way: &str, at: &str) -> Option<Next> {
    let at = String::from_utf8(BASE64_URL_SAFE_NO_PAD.decode(at).ok()?).ok()?;
    Some(match way {
        "c" => Next::Cursor(at),
        "a" => Next::After(at),
        "u" => Next::Uri(at),
        _ => return None,
    })
}

/// A sum of what is asked, without its interval, which a relative one would change.
pub(super) fn sum(path: &str, body: &Map<String, Value>, query: &[(String, String)]) -> u32 {
    let mut text = format!("{path}\0");
    for (key, value) in body.iter().filter(|(key, _)| *key != "interval") {
        text.push_str(&format!("{key}:{}\0", json::text(value)));
    }
    for (key, value) in query.iter().filter(|(key, _)| key != "pageSize") {
        text.push_str(&format!("{key}={value}\0"));
    }
    crate::look::sum_of(&text)
}

/// The same of a request.
pub(super) fn sum_of(ask: &Ask) -> u32 {
    let none = Map::new();
    sum(&ask.path, ask.body.as_ref().and_then(Value::as_object).unwrap_or(&none), &ask.query)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_comes_back_as_it_was() {
        let asked = Interval { from: -5, to: 86_400_000 };
        let uri = Next::Uri("/api/v2/teams?after=%3D.é".into());
        for place in [
            Bookmark::Pages { asked, window: asked, order: 'd', position: 300, size: 100 },
            Bookmark::Listing { position: 0, size: 25 },
            Bookmark::Next(uri.clone()),
            Bookmark::Next(Next::After(String::new())),
            Bookmark::Job { id: "a-b_1".into(), asked: Some(asked), border: 7, next: Some(Next::Cursor("c=.".into())) },
            Bookmark::Job { id: "j".into(), asked: None, border: 0, next: None },
        ] {
            let text = place.write(7);
            assert_eq!(Bookmark::read(&format!(" {text}\n"), 7), Ok(place), "{text}");
            assert!(Bookmark::read(&text, 8).unwrap_err().message.contains("another report"));
            assert!(Bookmark::read(&text[..text.len() / 2], 7).is_err());
        }
        for strange in
            ["", ".", "q", "l.00000007.1", "l.00000007.-1.5", "l.00000007.1.99999999999", "f.7.x.AA", "f.7.c.!"]
        {
            assert_eq!(Bookmark::read(strange, 7).unwrap_err().kind, ErrorKind::QueryPaging, "{strange}");
        }
        assert!(Bookmark::read("q.00000007.0.1.0.1.a.0.1", 7).is_ok());
        assert!(Bookmark::read("q.00000007.1.1.0.1.a.0.1", 7).is_err(), "nothing is asked");
        let far = format!("q.00000007.0.{}.0.1.a.0.1", i64::MAX);
        assert!(Bookmark::read(&far, 7).is_err());
    }

    #[test]
    fn the_sum_leaves_the_interval_out() {
        let body = |value: Value| value.as_object().unwrap().clone();
        let of = |value| sum("/p", &body(value), &[]);
        assert_eq!(of(serde_json::json!({"interval": "a", "x": 1})), of(serde_json::json!({"interval": "b", "x": 1})));
        assert_ne!(of(serde_json::json!({"x": 1})), of(serde_json::json!({"x": 2})));
    }
}
