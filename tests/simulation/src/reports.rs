//! What is asked, and what must come of it.

use std::collections::BTreeSet;

use pegcount_sandbox::time::{DAY, HOUR, Interval};
use serde_json::{Value, json};

use crate::rng::Rng;
use crate::rows::Rows;
use crate::truth::{SETTLED, Truth, written};

/// What a report must deliver.
#[derive(Clone, Debug)]
pub(crate) enum Wanted {
    /// Conversations that start in the interval.
    Starts { asked: Interval, voice: bool },
    /// The same, as far as jobs know them.
    Lake { asked: Interval },
    /// Just these rows.
    These(BTreeSet<String>),
    /// What the query of aggregates tells, while that does not change.
    Aggregates(Value),
    /// An answer, whatever it says.
    Something,
    /// Nothing: the server does not know how.
    Refusal,
}

/// A report with what must come of it.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    /// The report.
    pub(crate) report: Value,
    /// What its rows are.
    pub(crate) rows: Rows,
    /// What must be delivered.
    pub(crate) wanted: Wanted,
}

impl Wanted {
    /// The rows at a time.
    pub(crate) fn rows(&self, truth: &mut Truth, now: i64) -> Option<BTreeSet<String>> {
        match self {
            Wanted::Starts { asked, voice } => Some(truth.conversations(*asked, *voice, now)),
            Wanted::Lake { asked } => {
                let until = truth.available(now);
                Some(truth.conversations(*asked, false, until))
            }
            Wanted::These(rows) => Some(rows.clone()),
            Wanted::Aggregates(body) => Some(truth.aggregates(body, now)),
            Wanted::Something | Wanted::Refusal => None,
        }
    }
}

/// A report of the hour before, as a schedule asks for it.
pub(crate) fn hourly(now: i64) -> Asked {
    let end = now.div_euclid(HOUR) * HOUR;
    let asked = Interval { start: end - HOUR, end };
    let report = json!({"report": "conversations", "interval": written(asked)});
    Asked { report, rows: Rows::Conversations, wanted: Wanted::Starts { asked, voice: false } }
}

/// Any report that a user or an administrator may ask for.
pub(crate) fn any(rng: &mut Rng, truth: &mut Truth, now: i64, is_admin: bool) -> Asked {
    match rng.below(20) {
        0..6 => by_query(rng, now),
        6 => by_what_fits(rng, now),
        7..10 => by_job(rng, truth, now),
        10 => by_ids(rng, truth),
        11..13 => aggregates(rng, false),
        13 => aggregates(rng, true),
        14 => observations(truth, now),
        15..17 => directory(rng, truth, now, is_admin),
        17 if is_admin => teams(rng, truth, now),
        18 => {
            let report = json!({"report": "availability"});
            Asked { report, rows: Rows::Whole, wanted: Wanted::Something }
        }
        19 => {
            let report = json!({"report": "call", "method": "POST", "path": "/api/v2/analytics/reporting/exports", "body": {"name": "all"}});
            Asked { report, rows: Rows::Whole, wanted: Wanted::Refusal }
        }
        _ => by_query(rng, now),
    }
}

/// Whole days, the last hours, a day that goes on, a span that must be cut.
fn interval(rng: &mut Rng, now: i64) -> Interval {
    match rng.below(10) {
        0..3 => SETTLED,
        3..5 => Interval { start: now - rng.between(HOUR, 8 * HOUR), end: now },
        // What begins while it is read, at both ends.
        5..7 => Interval { start: now.div_euclid(DAY) * DAY, end: (now.div_euclid(DAY) + 1) * DAY },
        7 => Interval { start: now - rng.between(0, 10 * HOUR), end: now + rng.between(HOUR, 4 * HOUR) },
        8 => {
            let start = SETTLED.start + rng.between(0, 20 * HOUR);
            Interval { start, end: start + rng.between(60_000, 6 * HOUR) }
        }
        _ => Interval { start: now - rng.between(2, 9) * DAY - rng.between(0, HOUR), end: now - rng.between(0, HOUR) },
    }
}

fn by_query(rng: &mut Rng, now: i64) -> Asked {
    let asked = interval(rng, now);
    let days = (asked.end - asked.start) / DAY + 1;
    let least = 3 * days;
    let voice = rng.chance(150);
    let mut report = json!({
        "report": "conversations", "interval": written(asked),
        "page_size": rng.between(least, (8 * least).min(100)),
    });
    if voice {
        report["where"] = json!({"mediaType": "voice"});
    }
    Asked { report, rows: Rows::Conversations, wanted: Wanted::Starts { asked, voice } }
}

/// More than one query may span, and its end before, at or after what jobs have.
fn by_what_fits(rng: &mut Rng, now: i64) -> Asked {
    let asked = Interval { start: now - rng.between(10 * DAY, 11 * DAY), end: now - rng.between(0, 2 * DAY) };
    let report = json!({
        "report": "conversations", "interval": written(asked), "via": "auto", "page_size": rng.between(33, 100),
    });
    Asked { report, rows: Rows::Conversations, wanted: Wanted::Starts { asked, voice: false } }
}

fn by_job(rng: &mut Rng, truth: &mut Truth, now: i64) -> Asked {
    let available = truth.available(now);
    let (asked, partial) = match rng.below(4) {
        0..2 => (SETTLED, false),
        2 => (Interval { start: available - rng.between(1, 30) * HOUR, end: available }, false),
        _ => (Interval { start: available - 5 * HOUR, end: now }, true),
    };
    let page_size = rng.between(4, 60);
    let report = json!({
        "report": "conversations", "interval": written(asked), "via": "job", "partial": partial, "page_size": page_size,
    });
    Asked { report, rows: Rows::Conversations, wanted: Wanted::Lake { asked } }
}

fn by_ids(rng: &mut Rng, truth: &mut Truth) -> Asked {
    let settled = truth.conversations(SETTLED, false, SETTLED.end);
    let ids: BTreeSet<String> = settled.into_iter().filter(|_| rng.chance(300)).collect();
    let mut written: Vec<&String> = ids.iter().collect();
    // Named twice, it is still one.
    written.extend(ids.first());
    if ids.is_empty() {
        return Asked { report: json!({"report": "availability"}), rows: Rows::Whole, wanted: Wanted::Something };
    }
    let report = json!({"report": "conversations", "ids": written});
    Asked { report, rows: Rows::Conversations, wanted: Wanted::These(ids) }
}

fn aggregates(rng: &mut Rng, job: bool) -> Asked {
    let (group_by, metrics) = (["queueId", "mediaType"], ["nOffered", "tHandle"]);
    let body = json!({"interval": written(SETTLED), "groupBy": group_by, "metrics": metrics});
    let mut report = json!({
        "report": "aggregates", "interval": written(SETTLED), "group_by": group_by, "metrics": metrics,
    });
    if job {
        report["via"] = json!("job");
        report["query"] = json!({"pageSize": rng.between(1, 20)});
    }
    Asked { report, rows: Rows::Results, wanted: Wanted::Aggregates(body) }
}

fn observations(truth: &mut Truth, now: i64) -> Asked {
    let queues = truth.listing("/api/v2/routing/queues", now);
    let report = json!({"report": "observations", "metrics": ["oUserRoutingStatuses"]});
    let groups = queues.into_iter().map(|queue| json!({"queueId": queue}).to_string()).collect();
    Asked { report, rows: Rows::Groups, wanted: Wanted::These(groups) }
}

fn directory(rng: &mut Rng, truth: &mut Truth, now: i64, is_admin: bool) -> Asked {
    let (of, path) = match is_admin {
        true => rng.pick(&[
            ("users", "/api/v2/users?state=any"),
            ("queues", "/api/v2/routing/queues"),
            ("divisions", "/api/v2/authorization/divisions"),
            ("skills", "/api/v2/routing/skills"),
        ]),
        false => rng.pick(&[("users", "/api/v2/users?state=any"), ("queues", "/api/v2/routing/queues")]),
    };
    let report = json!({"report": "directory", "of": of, "page_size": rng.between(2, 30)});
    Asked { report, rows: Rows::Entities, wanted: Wanted::These(truth.listing(path, now)) }
}

fn teams(rng: &mut Rng, truth: &mut Truth, now: i64) -> Asked {
    let report = json!({"report": "call", "path": "/api/v2/teams", "paging": "next", "page_size": rng.between(1, 9)});
    Asked { report, rows: Rows::Entities, wanted: Wanted::These(truth.listing("/api/v2/teams", now)) }
}
