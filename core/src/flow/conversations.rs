//! Conversation details by `paging` in the body: windows, pages, early ends, duplicates.
//!
//! The query matches by the UTC day on which a conversation starts, not by the instants of the interval (public API
//! definition, `ConversationQuery.interval`). So rows outside the asked interval come along and are left out; and
//! since the order is by start, reading stops where the asked interval is behind, which makes the last hour of a long
//! day a few pages instead of all of it.

use std::collections::{BTreeSet, VecDeque};

use serde_json::Value;

use super::bookmark::{self, Bookmark};
use super::{Place, Taken};
use crate::error::{Error, ErrorKind};
use crate::json::object;
use crate::look::{Found, Look, Row};
use crate::plan::{Ask, ConversationPages};
use crate::time::{DAY, Interval};

/// "Pagination may not exceed 100000 results." (splunk/genesys_cloud_ta v0.2.2, 2025-08-12)
const DEPTH: u64 = 100_000;

#[derive(Debug)]
pub(crate) struct Conversations {
    plan: ConversationPages,
    windows: VecDeque<Interval>,
    order: Order,
    place: Place,
    wall: i64,
    /// Ids by the UTC day of their start, for the days that can still come again.
    had: BTreeSet<(i64, u128)>,
}

/// By which end of the window the reading begins, and whether it may stop early.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Order {
    /// By start, oldest first.
    Asc,
    /// By start, newest first.
    Desc,
    /// As the user wrote it.
    Theirs,
}

impl Conversations {
    pub(super) fn new(plan: ConversationPages, wall: i64) -> Self {
        let mut flow = Conversations {
            windows: plan.windows.iter().copied().collect(),
            order: Order::Asc,
            place: Place::new(plan.page_size),
            wall,
            had: BTreeSet::new(),
            plan,
        };
        flow.open_window();
        flow
    }

    /// Begins at the end of the window that has less to read in vain before the asked interval comes.
    fn open_window(&mut self) {
        self.place.position = 0;
        let Some(window) = self.windows.front() else { return };
        let asked = self.plan.asked;
        let before = asked.from.saturating_sub(day_start(window.from)).max(0);
        let last = day_start(window.to.saturating_sub(1)).saturating_add(DAY).min(self.wall.max(window.from));
        let after = last.saturating_sub(asked.to).max(0);
        let theirs = self.plan.body.contains_key("order") || self.plan.body.contains_key("orderBy");
        self.order = match theirs {
            true => Order::Theirs,
            false if before > after => Order::Desc,
            false => Order::Asc,
        };
        let first = day_start(window.from);
        self.had = self.had.split_off(&(first, 0));
    }

    pub(super) fn ask(&self) -> Option<Ask> {
        let window = self.windows.front()?;
        let mut body = self.plan.body.clone();
        body.insert("interval".into(), Value::String(window.to_wire()));
        let order = match self.order {
            Order::Asc => Some("asc"),
            Order::Desc => Some("desc"),
            Order::Theirs => None,
        };
        if let Some(order) = order {
            body.insert("order".into(), order.into());
            body.insert("orderBy".into(), "conversationStart".into());
        }
        body.insert("paging".into(), object! {"pageSize": self.place.size, "pageNumber": self.place.number()});
        Some(Ask::query(&self.plan.path, body, Look::Conversations))
    }

    pub(super) fn take(&mut self, found: &Found) -> Result<Taken, Error> {
        let Found::Conversations { rows, total, .. } = found else {
            self.windows.clear();
            return Ok(Taken { deliver: true, ..Taken::default() });
        };
        let first = self.place.position == 0;
        self.place.advance();
        let taken = self.judge(rows, *total);
        let size = self.place.size as usize;
        let last = self.place.position.saturating_add(u64::from(self.place.size)) > DEPTH;
        let told = total.is_none_or(|total| self.place.position >= total);
        // A total is about right; where nothing can be asked behind it, it is believed.
        let over = rows.is_empty() || (rows.len() < size && told) || (last && total.is_some() && told);
        if over || self.is_past(rows) {
            self.windows.pop_front();
            self.open_window();
        } else if first && total.is_some_and(|total| total > DEPTH) && !self.may_end_early() {
            self.cut_window(total.unwrap_or_default())?;
        } else if last {
            self.cut_window(total.unwrap_or(DEPTH))?;
        }
        Ok(taken)
    }

    /// Which rows are new and inside.
    fn judge(&mut self, rows: &[Row], total: Option<u64>) -> Taken {
        let mut taken = Taken { total, ..Taken::default() };
        for (position, row) in (0_u32..).zip(rows) {
            let inside = self.plan.keep_outside || row.start.is_none_or(|start| self.plan.asked.contains(start));
            // Without a start the row is filed under 1970, which the next window drops.
            let new = row.id.is_none_or(|id| self.had.insert((row.start.map_or(0, day_start), id)));
            match (new, inside) {
                (true, true) => taken.items += 1,
                (true, false) => taken.outside += 1,
                (false, _) => taken.duplicates += 1,
            }
            if !(new && inside) {
                taken.skip.push(position);
            }
        }
        taken.deliver = taken.items > 0;
        taken
    }

    /// Whether this window holds days that are asked only in part: then reading may stop before its end.
    fn may_end_early(&self) -> bool {
        let Some(window) = self.windows.front() else { return false };
        let asked = self.plan.asked;
        self.order != Order::Theirs
            && !self.plan.keep_outside
            && (asked.from > day_start(window.from) || asked.to.rem_euclid(DAY) != 0)
    }

    /// Whether the page, which must be in the order that was asked, ends beyond the asked interval.
    fn is_past(&self, rows: &[Row]) -> bool {
        if self.plan.keep_outside {
            return false;
        }
        let starts: Option<Vec<i64>> = rows.iter().map(|row| row.start).collect();
        let Some(starts) = starts else { return false };
        match (self.order, starts.last()) {
            (Order::Asc, Some(last)) => starts.is_sorted() && *last >= self.plan.asked.to,
            (Order::Desc, Some(last)) => starts.iter().rev().is_sorted() && *last < self.plan.asked.from,
            _ => false,
        }
    }

    /// Cuts a window that holds more than paging reaches. What was had already is recognised.
    fn cut_window(&mut self, total: u64) -> Result<(), Error> {
        let Some(window) = self.windows.pop_front() else { return Ok(()) };
        let days = (day_start(window.to.saturating_sub(1)) - day_start(window.from)) / DAY + 1;
        if days < 2 {
            let interval = window.to_wire();
            return Err(Error::new(
                ErrorKind::QueryTooLarge,
                format!("{interval} holds about {total} conversations; the server pages through {DEPTH} at the most"),
            )
            .evidence("the query matches whole UTC days, so a shorter interval would not make it smaller")
            .remedy("narrow it with `where`, one report each: by queueId, mediaType or originatingDirection"));
        }
        let middle = day_start(window.from) + days / 2 * DAY;
        self.windows.push_front(Interval { from: middle, to: window.to });
        self.windows.push_front(Interval { from: window.from, to: middle });
        self.open_window();
        Ok(())
    }

    pub(super) fn sum(&self) -> u32 {
        bookmark::sum(&self.plan.path, &self.plan.body, &[])
    }

    /// The window that is being read, and how far.
    pub(super) fn bookmark(&self) -> Option<Bookmark> {
        let window = *self.windows.front()?;
        let order = match self.order {
            Order::Asc => 'a',
            Order::Desc => 'd',
            Order::Theirs => 't',
        };
        let (position, size) = self.place.told().or_else(|| {
            let first = self.plan.windows.first()?;
            (window.from > first.from).then_some((0, self.place.size))
        })?;
        Some(Bookmark::Pages { asked: self.plan.asked, window, order, position, size })
    }

    /// The interval is that of the bookmark: a relative one means another by now.
    pub(super) fn resume(&mut self, place: &Bookmark) -> bool {
        let Bookmark::Pages { asked, window, order, position, size } = *place else { return false };
        let order = match (order, self.order == Order::Theirs) {
            ('a', false) => Order::Asc,
            ('d', false) => Order::Desc,
            ('t', true) => Order::Theirs,
            _ => return false,
        };
        self.plan = self.plan.clone().over(asked).after(window.to);
        self.plan.asked = asked;
        self.plan.windows.insert(0, window);
        self.windows = self.plan.windows.iter().copied().collect();
        (self.order, self.place) = (order, self.place.at(position, size));
        true
    }

    pub(super) fn path(&self) -> &str {
        &self.plan.path
    }

    pub(super) fn shrink(&mut self) -> bool {
        self.place.halve()
    }
}

pub(super) fn day_start(instant: i64) -> i64 {
    instant.div_euclid(DAY).saturating_mul(DAY)
}

#[cfg(test)]
mod tests;
