//! The token store that sessions share: one record, one lock. As the clients' token file is, with its faults.

use pegcount::{Secret, StoreAnswer, StoreOp};

/// The record and the owner of the lock.
#[derive(Debug, Default)]
pub(crate) struct Store {
    record: Option<String>,
    /// The owner of the lock, and since when.
    lock: Option<(String, i64)>,
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
    /// Answers a question, and tells how long a lock was held that was broken.
    pub(crate) fn perform(&mut self, op: StoreOp, mishap: Mishap, now: i64) -> (StoreAnswer, Option<i64>) {
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
                if let Some((_, since)) = self.lock.take_if(|(holder, _)| takeover.as_ref() == Some(holder)) {
                    broken = Some(now - since);
                }
                match &self.lock {
                    Some((other, _)) if *other != owner => StoreAnswer::Busy { owner: other.clone() },
                    _ => {
                        self.lock = Some((owner, now));
                        StoreAnswer::Locked
                    }
                }
            }
            StoreOp::Save { record } => {
                self.record = Some(record.expose().to_owned());
                StoreAnswer::Done
            }
            StoreOp::Unlock { owner } => {
                self.lock.take_if(|(holder, _)| *holder == owner);
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
