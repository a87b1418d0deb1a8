//! Whether a failed request is sent again, and when.
//!
//! The rules are those of `ARCHITECTURE` §3, from what the server documents: 429 is waited out, 408, 502, 503, 504 and
//! broken exchanges back off (3 s, 9 s, 27 s: the comment of the official Java and .NET clients), a 500 is tried once
//! more. A request that is not repeatable is sent again only where it certainly did nothing.

use crate::action::{Cause, Failure, Sent};
use crate::error::{Error, Retry};
use crate::explain::{self, LONGEST_WAIT};
use crate::rng::Rng;

const TRIES: u32 = 5;
const LIMITED_TRIES: u32 = 10;
const FIRST_WAIT: u64 = 3_000;
const CAP: u64 = 27_000;

/// What one request has been through.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Attempts {
    /// Times sent.
    pub(crate) sent: u32,
    transient: u32,
    faults: u32,
    limited: u32,
    pub(crate) remints: u32,
}

/// What to do after a refusal or a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It ends here.
    Fail,
    /// Send it again after so many milliseconds.
    Again(u64),
    /// The whole session waits so many milliseconds, then send it again.
    Limited(u64),
    /// The server asks for a wait that is too long to sit out.
    Deferred(u64),
    /// Discard the token it used, and send it again with another.
    Remint,
    /// Ask for half as much.
    Smaller,
}

/// Whether the server may have done what it was asked before it answered so.
pub(crate) fn may_have_acted(status: u16) -> bool {
    matches!(status, 408 | 500 | 502 | 504)
}

/// Says of a request that must not be done twice what to do first.
pub(crate) fn may_be_done(error: Error) -> Error {
    let mut error = error.retry(Retry::MayBeDone);
    error.explanation.remedy.insert(0, "look at the server whether it was done, before asking again".to_owned());
    error
}

/// A session-wide allowance for repeating: when most requests fail, repeating them makes it worse.
///
/// Every repeated request costs 5, every success gives 1 back, as the AWS clients do it.
#[derive(Debug)]
pub(crate) struct Budget(u32);

impl Budget {
    const FULL: u32 = 500;
    const COST: u32 = 5;

    pub(crate) fn new() -> Self {
        Budget(Self::FULL)
    }

    pub(crate) fn succeeded(&mut self) {
        self.0 = self.0.saturating_add(1).min(Self::FULL);
    }

    /// Takes the cost of one repetition, if it is there.
    pub(crate) fn spend(&mut self) -> bool {
        match self.0.checked_sub(Self::COST) {
            Some(left) => {
                self.0 = left;
                true
            }
            None => false,
        }
    }
}

impl Attempts {
    /// Judges an answer with a status that is no success.
    pub(crate) fn after_status(
        &mut self,
        status: u16,
        body: &str,
        retry_after: Option<u64>,
        repeatable: bool,
        rng: &mut Rng,
    ) -> Verdict {
        match status {
            429 => self.limited(retry_after.or_else(|| explain::bracket_seconds(body)), rng),
            401 if explain::token_refused(status, body) && self.remints == 0 => {
                self.remints += 1;
                Verdict::Remint
            }
            500 if repeatable && self.faults == 0 => {
                self.faults += 1;
                Verdict::Again(rng.up_to(FIRST_WAIT))
            }
            503 => self.transient(retry_after, rng),
            408 | 502 | 504 if repeatable => self.transient(retry_after, rng),
            400 if explain::upload_broke(status, body) && repeatable => self.transient(retry_after, rng),
            _ if explain::answer_too_large(status, body) => Verdict::Smaller,
            _ => Verdict::Fail,
        }
    }

    /// Judges an exchange that brought no answer.
    pub(crate) fn after_failure(&mut self, failure: &Failure, repeatable: bool, rng: &mut Rng) -> Verdict {
        match failure.cause {
            Cause::TooLarge => Verdict::Smaller,
            // A certificate or a redirect does not mend itself in a minute.
            Cause::Cancelled | Cause::Redirected | Cause::Tls => Verdict::Fail,
            Cause::Broken | Cause::Dns | Cause::Proxy | Cause::Refused | Cause::Timeout
                if repeatable || failure.sent == Sent::No =>
            {
                self.transient(None, rng)
            }
            Cause::Broken | Cause::Dns | Cause::Proxy | Cause::Refused | Cause::Timeout => Verdict::Fail,
        }
    }

    /// The wait of a 429: what the server says, plus a little so that waiters do not come back in step.
    pub(crate) fn limited(&mut self, seconds: Option<u64>, rng: &mut Rng) -> Verdict {
        self.limited += 1;
        let wait = match seconds {
            Some(seconds) => seconds.saturating_mul(1000),
            None => backoff(self.limited),
        };
        if wait > LONGEST_WAIT {
            Verdict::Deferred(wait)
        } else if self.limited >= LIMITED_TRIES {
            Verdict::Fail
        } else {
            Verdict::Limited(wait + rng.up_to(500))
        }
    }

    /// A passing fault: full jitter under a growing cap.
    pub(crate) fn transient(&mut self, seconds: Option<u64>, rng: &mut Rng) -> Verdict {
        self.transient += 1;
        if self.transient >= TRIES {
            return Verdict::Fail;
        }
        match seconds.map(|seconds| seconds.saturating_mul(1000)) {
            Some(wait) if wait > LONGEST_WAIT => Verdict::Deferred(wait),
            Some(wait) => Verdict::Again(wait + rng.up_to(500)),
            None => Verdict::Again(rng.up_to(backoff(self.transient))),
        }
    }
}

/// 3 s, 9 s, 27 s, 27 s, …
fn backoff(nth: u32) -> u64 {
    FIRST_WAIT.saturating_mul(3_u64.saturating_pow(nth.saturating_sub(1))).min(CAP)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failure(cause: Cause, sent: Sent) -> Failure {
        Failure { sent, cause, detail: String::new() }
    }

    #[test]
    fn back_off_grows_by_three_to_a_cap() {
        assert_eq!((1..=5).map(backoff).collect::<Vec<_>>(), [3_000, 9_000, 27_000, 27_000, 27_000]);
    }

    #[test]
    fn statuses() {
        let rng = &mut Rng::new(1);
        let verdict = |status, retry_after, repeatable, rng: &mut Rng| {
            Attempts::default().after_status(status, "", retry_after, repeatable, rng)
        };
        for status in [408, 502, 503, 504] {
            assert!(matches!(verdict(status, None, true, rng), Verdict::Again(wait) if wait <= 3_000), "{status}");
        }
        for status in [408, 500, 502, 504] {
            assert_eq!(verdict(status, None, false, rng), Verdict::Fail, "{status}");
        }
        assert!(matches!(verdict(503, None, false, rng), Verdict::Again(_)));
        assert!(matches!(verdict(429, Some(42), false, rng), Verdict::Limited(42_000..=42_500)));
        assert_eq!(verdict(429, Some(86_400), true, rng), Verdict::Deferred(86_400_000));
        for status in [400, 403, 404, 409, 415, 501] {
            assert_eq!(verdict(status, None, true, rng), Verdict::Fail, "{status}");
        }
    }

    #[test]
    fn a_fault_is_tried_once_more_and_an_outage_five_times() {
        let (rng, mut attempts) = (&mut Rng::new(1), Attempts::default());
        assert!(matches!(attempts.after_status(500, "", None, true, rng), Verdict::Again(_)));
        assert_eq!(attempts.after_status(500, "", None, true, rng), Verdict::Fail);
        let mut attempts = Attempts::default();
        let verdicts: Vec<_> = (0..5).map(|_| attempts.after_status(503, "", None, true, rng)).collect();
        assert_eq!(verdicts.iter().filter(|verdict| **verdict == Verdict::Fail).count(), 1);
        assert_eq!(verdicts.last(), Some(&Verdict::Fail));
    }

    #[test]
    fn what_may_have_been_done_is_not_done_twice() {
        let rng = &mut Rng::new(1);
        let verdict = |cause, sent, repeatable, rng: &mut Rng| {
            Attempts::default().after_failure(&failure(cause, sent), repeatable, rng)
        };
        assert_eq!(verdict(Cause::Broken, Sent::Maybe, false, rng), Verdict::Fail);
        assert!(matches!(verdict(Cause::Broken, Sent::Maybe, true, rng), Verdict::Again(_)));
        assert!(matches!(verdict(Cause::Refused, Sent::No, false, rng), Verdict::Again(_)));
        assert_eq!(verdict(Cause::Tls, Sent::No, true, rng), Verdict::Fail);
        assert_eq!(verdict(Cause::TooLarge, Sent::Maybe, true, rng), Verdict::Smaller);
    }

    #[test]
    fn three_minutes_are_waited_and_a_second_more_is_put_off() {
        let rng = &mut Rng::new(1);
        for status in [429, 503] {
            let mut after = |seconds| Attempts::default().after_status(status, "", Some(seconds), true, rng);
            let waited = after(180);
            assert!(matches!(waited, Verdict::Limited(wait) | Verdict::Again(wait) if wait >= 180_000), "{waited:?}");
            assert_eq!(after(181), Verdict::Deferred(181_000), "{status}");
        }
    }

    #[test]
    fn the_budget_runs_out_and_comes_back() {
        let mut budget = Budget::new();
        assert_eq!((0..200).filter(|_| budget.spend()).count(), 100);
        for _ in 0..5 {
            budget.succeeded();
        }
        assert!(budget.spend());
        assert!(!budget.spend());
    }
}
