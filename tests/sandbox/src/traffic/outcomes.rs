//! What flows achieve, and what they pass on their way.

use super::model::{Metric, Session};
use crate::directory::Directory;
use crate::rng::{Rng, key};
use crate::uuid::Uuid;

/// What makes the stream of a session's outcomes.
const STREAM: u64 = 71;

/// An outcome that a flow began.
#[derive(Clone, Copy, Debug)]
pub struct Outcome {
    /// Its id.
    pub id: Uuid,
    /// When it began.
    pub start: i64,
    /// When the flow said what came of it; none where it never did, which is a failure.
    pub end: Option<i64>,
    /// Whether it was a success.
    pub is_success: bool,
    /// When that was known: at its end, or when the flow was left.
    pub known: i64,
}

impl Outcome {
    /// What came of it.
    pub fn value(&self) -> &'static str {
        if self.is_success { "SUCCESS" } else { "FAILURE" }
    }

    /// Its id and what came of it.
    pub fn text(&self) -> String {
        format!("{}:{}", self.id, self.value())
    }

    /// What it emits. Only of successes is it told how long they took.
    pub(crate) fn metrics(&self) -> impl Iterator<Item = Metric> {
        let metric = |name, value| Metric { name, value, emitted: self.known };
        let failed = (!self.is_success).then(|| metric("nFlowOutcomeFailed", 1));
        let took = self.end.filter(|_| self.is_success).map(|end| metric("tFlowOutcome", end - self.start));
        [Some(metric("nFlowOutcome", 1)), failed, took].into_iter().flatten()
    }
}

/// A milestone that a flow passed.
#[derive(Clone, Copy, Debug)]
pub struct Milestone {
    /// Its id.
    pub id: Uuid,
    /// When it was passed.
    pub at: i64,
}

impl Milestone {
    /// What it emits.
    pub(crate) fn metric(&self) -> Metric {
        Metric { name: "nFlowMilestone", value: 1, emitted: self.at }
    }
}

/// What a flow achieves in a session besides its first outcome, and what comes of that.
pub(super) fn achieve(
    session: &mut Session,
    directory: &Directory,
    (from, until): (i64, i64),
    first: Option<Uuid>,
) -> (Vec<Outcome>, Vec<Milestone>) {
    let (high, low) = session.id.halves();
    let mut rng = Rng::new(key(&[high, low, STREAM]));
    let mut outcomes = Vec::new();
    if let Some(id) = first {
        outcomes.push(draw(&mut rng, id, (from + (until - from) / 3, until - 40), until));
        let other = rng.pick(&directory.outcomes).id;
        if rng.chance(0.2) && other != id {
            outcomes.push(draw(&mut rng, other, (from + (until - from) / 2, until - 20), until));
        }
    }
    let count = rng.weighted(&[50, 30, 15, 5]);
    let mut milestones: Vec<Milestone> = (0..count)
        .map(|_| Milestone { id: rng.pick(&directory.milestones).id, at: rng.between(from + 1, until - 1) })
        .collect();
    milestones.sort_by_key(|milestone| milestone.at);
    session.metrics.extend(outcomes.iter().flat_map(Outcome::metrics));
    session.metrics.extend(milestones.iter().map(Milestone::metric));
    session.metrics.sort_by_key(|metric| metric.emitted);
    (outcomes, milestones)
}

/// Two in three succeed; of the others some are left before anything came of them.
fn draw(rng: &mut Rng, id: Uuid, (start, end): (i64, i64), left: i64) -> Outcome {
    let turn = rng.weighted(&[66, 20, 14]);
    let end = (turn < 2).then_some(end);
    Outcome { id, start, end, is_success: turn == 0, known: end.unwrap_or(left) }
}
