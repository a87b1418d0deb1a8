//! The token store that sessions share: one record, one lock. As the clients' token file is, with its faults.

use pegcount::{Secret, StoreAnswer, StoreOp};

/// The record and the owner of the lock.
#[derive(Debug, Default)]
pub(crate) struct Store {
    record: Option<String>,
    /// The owner of the lock, since when, and which host that is.
    lock: Option<(String, i64, usize)>,
}

/// What goes wrong with one question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mishap {
    /// Nothing.
    None,
    /// It fails and nothing is done.
    Before,
    /// It is done, and yet reported as failed.
    After,
    /// It is done, and the answer is one to another question.
    Confused,
}

impl Store {
    /// Answers a host's question, and tells how long another's lock was held that it broke.
    pub(crate) fn perform(&mut self, at: usize, op: StoreOp, mishap: Mishap, now: i64) -> (StoreAnswer, Option<i64>) {
        let failed = |told: &str| StoreAnswer::Failed(format!("disk full, while writing {told}"));
        let told = match &op {
            StoreOp::Save { record } => record.expose().to_owned(),
            _ => "the lock".to_owned(),
        };
        if mishap == Mishap::Before {
            return (failed(&told), None);
        }
        let mut broken = None;
        let answer = match op {
            StoreOp::Load => StoreAnswer::Loaded(self.record.clone().map(Secret::new)),
            StoreOp::Lock { owner, takeover } => {
                if let Some((_, since, holder)) = self.lock.take_if(|(name, ..)| takeover.as_ref() == Some(name)) {
                    // To hold its own under another name is everybody's right.
                    broken = (holder != at).then_some(now - since);
                }
                match &self.lock {
                    Some((other, ..)) if *other != owner => StoreAnswer::Busy { owner: other.clone() },
                    _ => {
                        self.lock = Some((owner, now, at));
                        StoreAnswer::Locked
                    }
                }
            }
            StoreOp::Save { record } => {
                self.record = Some(record.expose().to_owned());
                StoreAnswer::Done
            }
            StoreOp::Unlock { owner } => {
                self.lock.take_if(|(name, ..)| *name == owner);
                StoreAnswer::Done
            }
        };
        let answer = match (mishap, answer) {
            (Mishap::After, _) => failed(&told),
            (Mishap::Confused, StoreAnswer::Done) => StoreAnswer::Locked,
            (Mishap::Confused, _) => StoreAnswer::Done,
            (_, answer) => answer,
        };
        (answer, broken)
    }
}
