//! Names: what was meant by one that does not exist.

/// The names nearest to what was written, best first, at most three. Half a name will do: `queue` for `queueId`.
pub(crate) fn nearest<'a>(written: &str, names: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let mut near = Near { written: plain(written), found: Vec::new() };
    for name in names {
        near.weigh(name);
    }
    near.found.into_iter().map(|(_, name)| name).collect()
}

struct Near<'a> {
    written: Vec<char>,
    /// The best, each with its distance.
    found: Vec<(usize, &'a str)>,
}

impl<'a> Near<'a> {
    fn weigh(&mut self, name: &'a str) {
        let (written, letters) = (&self.written, plain(name));
        let distance = distance(written, &letters);
        let begins = written.len() >= 4 && letters.starts_with(written);
        if distance <= (written.len() / 3).clamp(1, 5) || begins {
            put(&mut self.found, (distance, name), 3, Ord::cmp);
        }
    }
}

/// Puts an item where it belongs in order, if it is not there: what sorting and cutting would leave.
pub(crate) fn put<T>(first: &mut Vec<T>, item: T, most: usize, order: impl Fn(&T, &T) -> std::cmp::Ordering) {
    if let Err(at) = first.binary_search_by(|have| order(have, &item)) {
        first.insert(at, item);
        first.truncate(most);
    }
}

/// The letters and digits of a name in lower case, whatever separates its words.
pub(crate) fn plain(text: &str) -> Vec<char> {
    text.chars().filter_map(letter).collect()
}

/// A letter or digit in lower case; `None` for what separates words. Latin-1 is enough for every name there is to
/// find, and the tables of Unicode weigh more than all of them.
pub(crate) fn letter(c: char) -> Option<char> {
    match c {
        '0'..='9' | 'a'..='z' | 'ß'..='ö' | 'ø'..='ÿ' => Some(c),
        'A'..='Z' => Some(c.to_ascii_lowercase()),
        'À'..='Ö' | 'Ø'..='Þ' => char::from_u32(u32::from(c) + 0x20),
        _ => None,
    }
}

fn distance(a: &[char], b: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut diagonal = std::mem::replace(&mut row, vec![i + 1]);
        for (j, y) in b.iter().enumerate() {
            let above = diagonal.get(j + 1).copied().unwrap_or(usize::MAX - 1);
            let corner = diagonal.get(j).copied().unwrap_or(usize::MAX - 1);
            let left = row.last().copied().unwrap_or(usize::MAX - 1);
            row.push((corner + usize::from(x != y)).min(above + 1).min(left + 1));
        }
        diagonal.clear();
    }
    row.last().copied().unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_come_first_whatever_separates_their_words() {
        let names = ["group_by", "granularity", "metrics", "interval", "page_size"];
        for (written, near) in [
            ("groupBy", &["group_by"][..]),
            ("metric", &["metrics"]),
            ("intreval", &["interval"]),
            ("page", &["page_size"]),
            ("gran", &["granularity"]),
            ("PAGESIZE", &["page_size"]),
            ("something else", &[]),
            ("", &[]),
        ] {
            assert_eq!(nearest(written, names), near, "{written}");
        }
        assert_eq!(nearest("ab", ["abcd", "ac", "abc", "abd", "xb"]).len(), 3);
    }
}
