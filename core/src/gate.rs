//! When the next request may go: the server's word first, then our own pace.

use std::collections::VecDeque;

use crate::action::Why;
use crate::explain::LONGEST_WAIT;
use crate::look::{Headers, Seen};

const MINUTE: u64 = 60_000;

/// One allowance, shared by all calls of a session.
///
/// The pace is a sliding window: never more than `pace` requests in any 60 seconds, whatever the server's own window
/// is (300 a minute a token by default: community.genesys.com/discussion/api-limits, read 2025-10).
#[derive(Debug)]
pub(crate) struct Gate {
    pace: u32,
    allowed: Option<u32>,
    closed: Option<Closed>,
    sent: VecDeque<u64>,
}

/// Until when nothing may be sent, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Closed {
    pub(crate) until: u64,
    pub(crate) why: Why,
}

impl Gate {
    pub(crate) fn new(pace: u32) -> Self {
        Gate { pace: pace.max(1), allowed: None, closed: None, sent: VecDeque::new() }
    }

    /// Takes what the headers of an answer say of the limit.
    ///
    /// `inin-ratelimit-reset` is in seconds from the answer, not a date (developer-center-blog 2021-05-06).
    fn told(&mut self, headers: &Headers, now: u64) {
        if let Some(allowed) = headers.limit_allowed {
            self.allowed = u32::try_from(allowed).ok().filter(|allowed| *allowed > 0);
        }
        if let (Some(count), Some(allowed), Some(reset)) =
            (headers.limit_count, headers.limit_allowed, headers.limit_reset)
            && count >= allowed
            && allowed > 0
        {
            self.close(now.saturating_add(reset.min(MINUTE / 1000).saturating_mul(1000)), Why::Pace);
        }
    }

    /// Takes what an answer says of limits, whoever asked.
    pub(crate) fn answered(&mut self, seen: &Seen, now: u64) {
        self.told(&seen.headers, now);
        let wait = seen.headers.retry_after.map(|seconds| seconds.saturating_mul(1000));
        // A longer wait is of one operation: the call that met it fails and says so.
        if let Some(wait) = wait.filter(|wait| seen.status == 429 && *wait <= LONGEST_WAIT) {
            self.refused(wait, now);
        }
    }

    /// Closes after a 429.
    pub(crate) fn refused(&mut self, wait: u64, now: u64) {
        self.close(now.saturating_add(wait), Why::Limit);
    }

    fn close(&mut self, until: u64, why: Why) {
        if self.closed.is_none_or(|closed| closed.until < until) {
            self.closed = Some(Closed { until, why });
        }
    }

    /// Whether a request may go at this time.
    pub(crate) fn closed(&mut self, now: u64) -> Option<Closed> {
        self.closed = self.closed.filter(|closed| closed.until > now);
        while self.sent.front().is_some_and(|at| at.saturating_add(MINUTE) <= now) {
            self.sent.pop_front();
        }
        let pace = self.allowed.map_or(self.pace, |allowed| allowed.min(self.pace)) as usize;
        let full = self.sent.len().checked_sub(pace).and_then(|over| self.sent.get(over));
        let full = full.map(|at| Closed { until: at.saturating_add(MINUTE), why: Why::Pace });
        match (self.closed, full) {
            (Some(closed), Some(full)) => Some(if full.until > closed.until { full } else { closed }),
            (closed, full) => closed.or(full),
        }
    }

    /// Counts a request.
    pub(crate) fn sent(&mut self, now: u64) {
        self.sent.push_back(now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::look::Found;

    #[test]
    fn never_more_than_the_pace_in_any_minute() {
        let mut gate = Gate::new(3);
        for at in [0, 10_000, 20_000] {
            assert_eq!(gate.closed(at), None);
            gate.sent(at);
        }
        assert_eq!(gate.closed(20_000), Some(Closed { until: 60_000, why: Why::Pace }));
        assert_eq!(gate.closed(60_000), None);
        gate.sent(60_000);
        assert_eq!(gate.closed(60_000), Some(Closed { until: 70_000, why: Why::Pace }));
    }

    #[test]
    fn a_refusal_closes_for_as_long_as_the_server_says_and_never_shortens() {
        let mut gate = Gate::new(300);
        gate.refused(42_000, 1_000);
        gate.refused(1_000, 1_000);
        assert_eq!(gate.closed(42_999), Some(Closed { until: 43_000, why: Why::Limit }));
        assert_eq!(gate.closed(43_000), None);
    }

    #[test]
    fn the_headers_close_before_a_429_comes() {
        let mut gate = Gate::new(300);
        let headers =
            Headers { limit_count: Some(180), limit_allowed: Some(180), limit_reset: Some(17), ..Headers::default() };
        gate.told(&headers, 5_000);
        assert_eq!(gate.closed(5_000), Some(Closed { until: 22_000, why: Why::Pace }));
    }

    #[test]
    fn the_server_may_lower_the_pace() {
        let mut gate = Gate::new(300);
        gate.told(&Headers { limit_allowed: Some(2), ..Headers::default() }, 0);
        gate.sent(0);
        gate.sent(1);
        assert_eq!(gate.closed(2), Some(Closed { until: 60_000, why: Why::Pace }));
    }

    #[test]
    fn an_allowance_of_nothing_is_no_allowance() {
        let mut gate = Gate::new(1);
        let headers =
            Headers { limit_count: Some(0), limit_allowed: Some(0), limit_reset: Some(17), ..Headers::default() };
        gate.told(&headers, 0);
        assert_eq!(gate.closed(0), None);
        gate.sent(0);
        assert_eq!(gate.closed(1), Some(Closed { until: 60_000, why: Why::Pace }), "our own pace holds");
    }

    #[test]
    fn no_window_is_longer_than_a_minute() {
        let mut gate = Gate::new(300);
        let headers =
            Headers { limit_count: Some(9), limit_allowed: Some(9), limit_reset: Some(3_600), ..Headers::default() };
        gate.told(&headers, 0);
        assert_eq!(gate.closed(0), Some(Closed { until: 60_000, why: Why::Pace }));
    }

    #[test]
    fn only_a_429_with_a_wait_worth_sitting_out_closes() {
        let closed = |status, seconds| {
            let headers = Headers { retry_after: Some(seconds), ..Headers::default() };
            let mut gate = Gate::new(300);
            gate.answered(&Seen { status, headers, found: Found::Json }, 0);
            gate.closed(0).map(|closed| closed.until)
        };
        assert_eq!(closed(503, 5), None);
        assert_eq!(closed(429, 181), None);
        assert_eq!(closed(429, 180), Some(180_000));
    }

    #[test]
    fn of_two_reasons_the_longer_is_told_and_of_equal_ones_the_first() {
        let mut gate = Gate::new(1);
        gate.sent(0);
        gate.refused(30_000, 0);
        assert_eq!(gate.closed(0), Some(Closed { until: 60_000, why: Why::Pace }));
        gate.refused(60_000, 0);
        assert_eq!(gate.closed(0), Some(Closed { until: 60_000, why: Why::Limit }));
        let full =
            Headers { limit_count: Some(1), limit_allowed: Some(1), limit_reset: Some(60), ..Headers::default() };
        gate.told(&full, 0);
        assert_eq!(gate.closed(0), Some(Closed { until: 60_000, why: Why::Limit }));
        gate.refused(90_000, 0);
        assert_eq!(gate.closed(0), Some(Closed { until: 90_000, why: Why::Limit }));
    }
}
