//! One request after another, one page each.

use std::collections::VecDeque;

use super::Taken;
use crate::look::{Found, Row};
use crate::notice::NoticeKind;
use crate::plan::Ask;

/// Ids that a notice names.
const NAMED: usize = 3;

#[derive(Debug)]
pub(crate) struct Each {
    asks: VecDeque<Ask>,
    /// Of conversations asked by id: how many were asked and how many were not found, and some of those.
    ids: usize,
    missing: usize,
    named: Vec<String>,
}

impl Each {
    pub(super) fn new(asks: Vec<Ask>) -> Self {
        Each { asks: asks.into(), ids: 0, missing: 0, named: Vec::new() }
    }

    pub(super) fn ask(&self) -> Option<Ask> {
        self.asks.front().cloned()
    }

    pub(super) fn take(&mut self, found: &Found) -> Taken {
        let ask = self.asks.pop_front();
        let (Some(ask), Found::Conversations { rows, .. }) = (ask, found) else {
            return Taken { deliver: true, items: 1, ..Taken::default() };
        };
        for (_, id) in ask.query.iter().filter(|(key, _)| key == "id") {
            self.ids += 1;
            let sought = Row::fingerprint(id);
            if !rows.iter().any(|row| row.id == Some(sought)) {
                self.missing += 1;
                self.named.extend((self.named.len() < NAMED).then(|| id.clone()));
            }
        }
        let told = (self.asks.is_empty() && self.missing > 0).then(|| (NoticeKind::Lint, self.not_found()));
        Taken { deliver: true, items: rows.len() as u64, told, ..Taken::default() }
    }

    /// The server leaves out in silence what it does not have.
    fn not_found(&self) -> String {
        let more = if self.missing > self.named.len() { ", …" } else { "" };
        format!("{} of the {} ids were not found: {}{more}", self.missing, self.ids, self.named.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::look::Look;

    fn found(ids: &[&str]) -> Found {
        let rows = ids.iter().map(|id| Row { id: Some(Row::fingerprint(id)), start: None }).collect();
        Found::Conversations { rows, total: None, next: None }
    }

    fn each(batches: &[&[&str]]) -> Each {
        let ask = |ids: &&[&str]| {
            let query = ids.iter().map(|id| ("id".to_owned(), (*id).to_owned())).collect();
            Ask { query, ..Ask::get("/api/v2/analytics/conversations/details", Look::Conversations) }
        };
        Each::new(batches.iter().map(ask).collect())
    }

    #[test]
    fn conversations_are_counted_and_what_was_not_found_is_told_at_the_end() {
        let mut flow = each(&[&["a", "b", "c"], &["d", "e", "f"]]);
        let first = flow.take(&found(&["a"]));
        assert_eq!((first.items, first.told), (1, None));
        let last = flow.take(&found(&["e"]));
        let text = "4 of the 6 ids were not found: b, c, d, …";
        assert_eq!((last.items, last.deliver, last.told), (1, true, Some((NoticeKind::Lint, text.to_owned()))));
        let mut flow = each(&[&["a"], &["9D3C1B9E-0000-4000-8000-00000000000A"]]);
        flow.take(&found(&[]));
        let last = flow.take(&found(&["9d3c1b9e-0000-4000-8000-00000000000a"]));
        assert_eq!(last.told.unwrap().1, "1 of the 2 ids were not found: a");
    }

    #[test]
    fn where_all_is_found_nothing_is_told() {
        assert_eq!(each(&[&["a", "b"]]).take(&found(&["b", "a"])).told, None);
        assert_eq!(each(&[&["a"]]).take(&Found::Json), Taken { deliver: true, items: 1, ..Taken::default() });
    }
}
