//! Instants as the API writes them.

use super::DAY;
use super::civil::{days_in, days_since_1970};

/// Reads an instant in ISO 8601 as it comes in answers: `2026-03-09T08:30:15.123Z`.
///
/// 0 to 9 digits of a fraction, the rest cut off; `Z`, an offset (`+01:00`, `+0100`, `+01`), or nothing, which means UTC
/// (fidelity.md 22: the fraction may be missing, offsets are possible). Milliseconds since 1970 UTC; `None` for
/// anything else. Written by hand because a page holds thousands: no allocation, one pass.
pub fn parse_instant(text: &str) -> Option<i64> {
    let bytes = text.as_bytes();
    let (date, rest) = bytes.split_at_checked(10)?;
    let &[y0, y1, y2, y3, b'-', m0, m1, b'-', d0, d1] = date else { return None };
    let (time, rest) = rest.split_at_checked(9)?;
    let &[b'T' | b't' | b' ', h0, h1, b':', n0, n1, b':', s0, s1] = time else { return None };
    let (year, month, day) = (number([y0, y1, y2, y3])?, number([m0, m1])?, number([d0, d1])?);
    let (hour, minute, second) = (number([h0, h1])?, number([n0, n1])?, number([s0, s1])?);
    // 60: a leap second, which POSIX time counts as the next minute's first.
    if !(1..=12).contains(&month) || day < 1 || day > days_in(year, month) || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let (millis, rest) = fraction(rest)?;
    let offset = offset(rest)?;
    let seconds = hour * 3600 + minute * 60 + second;
    Some(days_since_1970(year, month, day) * DAY + seconds * 1000 + millis - offset * 60_000)
}

/// Reads the one form that dates in HTTP headers are sent in (RFC 9110, IMF-fixdate): `Wed, 21 Oct 2026 07:28:00 GMT`.
pub(crate) fn parse_http_date(text: &str) -> Option<i64> {
    let (_, rest) = text.split_once(", ")?;
    let [day, month, year, time] = rest.strip_suffix(" GMT")?.split(' ').collect::<Vec<_>>().try_into().ok()?;
    let month = MONTHS.iter().position(|name| *name == month)? + 1;
    parse_instant(&format!("{year}-{month:02}-{day}T{time}Z"))
}

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// A number of so many digits; whether they are digits is looked at once.
fn number<const N: usize>(digits: [u8; N]) -> Option<i64> {
    let digits = digits.map(|digit| digit.wrapping_sub(b'0'));
    let are_digits = digits.iter().fold(true, |all, digit| all & (*digit <= 9));
    are_digits.then(|| digits.iter().fold(0, |value, digit| value * 10 + i64::from(*digit)))
}

/// `.123` as milliseconds, and what follows.
fn fraction(bytes: &[u8]) -> Option<(i64, &[u8])> {
    let Some((b'.' | b',', rest)) = bytes.split_first() else { return Some((0, bytes)) };
    // As the server writes it.
    if let &[d0, d1, d2, b'Z'] = rest {
        return Some((number([d0, d1, d2])?, b"Z"));
    }
    let length = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if !(1..=9).contains(&length) {
        return None;
    }
    let (digits, rest) = rest.split_at_checked(length)?;
    let millis = (0..3).map(|place| digits.get(place).map_or(0, |digit| i64::from(digit - b'0')));
    Some((millis.fold(0, |value, digit| value * 10 + digit), rest))
}

/// Minutes east of UTC.
fn offset(bytes: &[u8]) -> Option<i64> {
    let (sign, rest) = match bytes.split_first() {
        None => return Some(0),
        Some((b'Z' | b'z', [])) => return Some(0),
        Some((b'+', rest)) => (1, rest),
        Some((b'-', rest)) => (-1, rest),
        Some(_) => return None,
    };
    let (hours, minutes) = match *rest {
        [h0, h1] => ([h0, h1], [b'0', b'0']),
        [h0, h1, m0, m1] | [h0, h1, b':', m0, m1] => ([h0, h1], [m0, m1]),
        _ => return None,
    };
    let (hours, minutes) = (number(hours)?, number(minutes)?);
    (hours < 24 && minutes < 60).then_some(sign * (hours * 60 + minutes))
}

#[cfg(test)]
mod tests {
    use super::parse_instant;

    #[test]
    fn forms_that_occur() {
        let expected = 1_773_045_015_123;
        for text in [
            "2026-03-09T08:30:15.123Z",
            "2026-03-09T08:30:15.123",
            "2026-03-09 08:30:15.123456789Z",
            "2026-03-09T09:30:15.123+01:00",
            "2026-03-09T03:00:15.123-0530",
            "2026-03-09T10:30:15,123+02",
        ] {
            assert_eq!(parse_instant(text), Some(expected), "{text}");
        }
        assert_eq!(parse_instant("2026-03-09T08:30:15Z"), Some(1_773_045_015_000));
        assert_eq!(parse_instant("2026-03-09T08:30:15.1Z"), Some(1_773_045_015_100));
        assert_eq!(parse_instant("1969-12-31T23:59:59.999Z"), Some(-1));
    }

    #[test]
    fn what_is_no_instant() {
        for text in [
            "",
            "2026-03-09",
            "2026-02-29T00:00:00Z",
            "2026-13-01T00:00:00Z",
            "2026-03-09T24:00:00Z",
            "2026-03-09T08:30:15.Z",
            "2026-03-09T08:30:15.1234567890Z",
            "2026-03-09T08:30:15ZZ",
            "2026-03-09T08:30:15+1",
            "2026-03-09T08:30:15é",
            "２０26-03-09T08:30:15Z",
        ] {
            assert_eq!(parse_instant(text), None, "{text}");
        }
    }

    #[test]
    fn it_agrees_with_jiff() {
        for day in (-700_000_i64..200_000).step_by(97) {
            let ms = day * 86_400_000 + day.rem_euclid(86_399) * 1_000 + 7;
            let text = format!("{:.3}", jiff::Timestamp::from_millisecond(ms).unwrap());
            assert_eq!(parse_instant(&text), Some(ms), "{text}");
        }
    }
}
