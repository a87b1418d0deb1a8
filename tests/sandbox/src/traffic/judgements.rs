//! What others say about a conversation: evaluations and surveys, each with the steps it takes until it is over.

use super::forms::{Answers, FORMS, Question};
use crate::rng::{Rng, key};
use crate::time::{DAY, HOUR, MINUTE, SECOND};
use crate::uuid::Uuid;

/// What makes an evaluation's id of a conversation's.
pub(crate) const EVALUATION: u64 = 31;
/// What makes a survey's id of a conversation's.
pub(crate) const SURVEY: u64 = 32;

/// What makes the stream of a judgement's steps.
const STREAM: u64 = 62;

/// What makes the stream of its answers.
const ANSWERS: u64 = 64;

/// How long an invitation is good.
const GOOD: i64 = 3 * DAY;

/// When a judgement came into which state, in their order.
#[derive(Clone, Copy, Debug, Default)]
pub struct Steps([Option<(&'static str, i64)>; 4]);

impl Steps {
    fn new(steps: &[(&'static str, i64)]) -> Self {
        let mut taken = Self::default();
        for (place, step) in taken.0.iter_mut().zip(steps) {
            *place = Some(*step);
        }
        taken
    }

    /// All of them.
    pub fn all(&self) -> impl Iterator<Item = (&'static str, i64)> + Clone {
        self.0.into_iter().flatten()
    }

    /// When a state was reached, if it was.
    pub fn when(&self, state: &str) -> Option<i64> {
        self.all().find(|(reached, _)| *reached == state).map(|(_, at)| at)
    }

    /// When it was made.
    pub fn made(&self) -> i64 {
        self.0[0].map_or(0, |(_, at)| at)
    }

    /// The state it came into last, and when.
    pub fn last(&self) -> (&'static str, i64) {
        self.all().last().unwrap_or_default()
    }

    /// Every moment of a change.
    pub(super) fn moments(&self) -> impl Iterator<Item = i64> {
        self.all().map(|(_, at)| at)
    }

    /// Forgets what lies after a moment; tells whether anything is left.
    pub(super) fn seen_at(&mut self, now: i64) -> bool {
        for step in &mut self.0 {
            *step = step.filter(|(_, at)| *at <= now);
        }
        self.0[0].is_some()
    }
}

/// A quality evaluation.
#[derive(Clone, Copy, Debug)]
pub struct Evaluation {
    /// Its id.
    pub id: Uuid,
    /// `Pending`, `InProgress`, `Finished`.
    pub steps: Steps,
    /// Index of the form.
    pub form: usize,
    /// Who evaluates.
    pub evaluator: Uuid,
    /// Who is evaluated.
    pub user: Uuid,
    /// In which queue.
    pub queue: Uuid,
    /// What its score is when it is finished.
    pub(super) score: i64,
}

/// A survey.
#[derive(Clone, Copy, Debug)]
pub struct Survey {
    /// Its id.
    pub id: Uuid,
    /// `Pending`, `Sent`, `InProgress`, and `Finished`, `OptOut` or `Expired`.
    pub steps: Steps,
    /// About whom.
    pub user: Uuid,
    /// About which queue.
    pub queue: Uuid,
    /// What its score and its net promoter score are when it is finished.
    pub(super) scores: (i64, i64),
}

impl Evaluation {
    /// The steps of an evaluation of what ended at `end`, which may be finished at `at`: two in ten are not.
    pub(super) fn steps(id: Uuid, (end, at): (i64, i64)) -> Steps {
        let mut rng = stream(id, STREAM);
        let assigned = rng.between(end, at - SECOND);
        let started = rng.between(assigned, at);
        let steps = [("Pending", assigned), ("InProgress", started), ("Finished", at)];
        Steps::new(&steps[..3 - rng.weighted(&[80, 8, 12])])
    }

    /// When it was finished and released.
    pub fn finished(&self) -> Option<i64> {
        self.steps.when("Finished")
    }

    /// Its score.
    pub fn score(&self) -> Option<i64> {
        self.finished().map(|_| self.score)
    }

    /// The answers that come to it.
    pub(crate) fn answers(&self) -> Option<Answers> {
        let form = &FORMS[self.form.min(Survey::FORM - 1)];
        self.score().map(|score| form.answered(score, &mut stream(self.id, ANSWERS)))
    }

    /// The score of what is critical.
    pub fn critical_score(&self) -> Option<i64> {
        self.answers().map(|answers| answers.weighted(Question::is_critical).per_cent() as i64)
    }
}

impl Survey {
    /// Index of the form of every survey.
    pub(crate) const FORM: usize = FORMS.len() - 1;

    /// The steps of a survey about what ended at `end`, which the customer may look at until `at`. An invitation is over
    /// three days later, and in any case at `last`.
    pub(super) fn steps(id: Uuid, (end, at): (i64, i64), last: i64) -> Steps {
        let mut rng = stream(id, STREAM);
        let soon = ((at - end) / 4).min(HOUR);
        let made = end + rng.between(0, soon);
        let sent = made + rng.between(0, soon);
        let begun = (at - rng.between(SECOND, 10 * MINUTE)).max(sent);
        let over = (sent + GOOD).min(last);
        let [made, sent, begun] = [("Pending", made), ("Sent", sent), ("InProgress", begun)];
        match rng.weighted(&[66, 8, 8, 18]) {
            0 => Steps::new(&[made, sent, begun, ("Finished", at)]),
            1 => Steps::new(&[made, sent, ("OptOut", at)]),
            2 => Steps::new(&[made, sent, begun, ("Expired", over)]),
            _ => Steps::new(&[made, sent, ("Expired", over)]),
        }
    }

    /// When the customer sent it back.
    pub fn finished(&self) -> Option<i64> {
        self.steps.when("Finished")
    }

    /// Its score and its net promoter score.
    pub fn scores(&self) -> Option<(i64, i64)> {
        self.finished().map(|_| self.scores)
    }

    /// The answers that come to its score.
    pub(crate) fn answers(&self) -> Option<Answers> {
        self.scores().map(|(score, _)| FORMS[Self::FORM].answered(score, &mut stream(self.id, ANSWERS)))
    }
}

fn stream(id: Uuid, what: u64) -> Rng {
    let (high, low) = id.halves();
    Rng::new(key(&[high, low, what]))
}
