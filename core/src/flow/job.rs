//! A job: is the data there, submit once, look until it is done, read the results.
//!
//! States and paths: limits.md, "Job life cycle". The id is told before the first look, so that a run that ends early
//! can be taken up again instead of submitting a second job.

use serde_json::Value;

use super::Taken;
use super::bookmark::{Bookmark, sum};
use super::follow::Follow;
use crate::error::{Error, ErrorKind, Retry};
use crate::look::{Found, Look, Next};
use crate::notice::NoticeKind;
use crate::plan::{self, Ask};
use crate::time::{Interval, iso};

/// Milliseconds before each look at a job; the last one again and again. The shortest job that was seen took 3 s.
const PAUSES: [u64; 7] = [1_000, 2_000, 3_000, 5_000, 10_000, 20_000, 30_000];

#[derive(Debug)]
pub(crate) struct Job {
    plan: plan::Job,
    stage: Stage,
    id: Option<String>,
    looks: usize,
    /// The last state that was told.
    state: String,
    /// Where the results go on, of a job that is taken up again.
    begin: Option<Next>,
}

#[derive(Debug)]
enum Stage {
    Availability,
    Submit,
    Look,
    Results(Box<Follow>),
}

impl Job {
    pub(super) fn new(plan: plan::Job) -> Self {
        let stage = match (&plan.known, &plan.complete) {
            (Some(_), _) => Stage::Look,
            (None, Some(_)) => Stage::Availability,
            (None, None) => Stage::Submit,
        };
        Job { id: plan.known.clone(), plan, stage, looks: 0, state: String::new(), begin: None }
    }

    pub(super) fn ask(&self) -> Option<Ask> {
        match &self.stage {
            Stage::Availability => Some(Ask::get(format!("{}/availability", self.plan.path), Look::Availability)),
            Stage::Submit => Some(Ask {
                method: http::Method::POST,
                body: Some(Value::Object(self.plan.body.clone())),
                // A second one would be a second job.
                repeatable: false,
                ..Ask::get(&self.plan.path, Look::Job)
            }),
            Stage::Look => Some(Ask::get(self.one()?, Look::Job)),
            Stage::Results(follow) => follow.ask(),
        }
    }

    /// The path of this job.
    fn one(&self) -> Option<String> {
        self.id.as_ref().map(|id| format!("{}/{id}", self.plan.path))
    }

    /// The request that ends the job on the server, while there is something to end.
    pub(super) fn cancel(&self) -> Option<Ask> {
        match &self.stage {
            Stage::Results(_) => None,
            _ => Some(Ask { method: http::Method::DELETE, ..Ask::get(self.one()?, Look::Json) }),
        }
    }

    /// Whether each request for results says how much is wanted.
    pub(super) fn is_sized(&self) -> bool {
        !self.plan.results.ask.query.is_empty()
    }

    pub(super) fn shrink(&mut self) -> bool {
        match &mut self.stage {
            Stage::Results(follow) => follow.shrink(),
            Stage::Availability | Stage::Submit | Stage::Look => false,
        }
    }

    pub(super) fn sum(&self) -> u32 {
        sum(&self.plan.path, &self.plan.body, &[])
    }

    /// The job, and where its results go on.
    pub(super) fn bookmark(&self) -> Option<Bookmark> {
        let next = match &self.stage {
            Stage::Results(follow) => follow.next().cloned(),
            Stage::Availability | Stage::Submit | Stage::Look => self.begin.clone(),
        };
        let asked = self.plan.results.starts;
        Some(Bookmark::Job { id: self.id.clone()?, asked, border: asked.map_or(0, |asked| asked.to), next })
    }

    pub(super) fn resume(&mut self, place: Bookmark) -> bool {
        let Bookmark::Job { id, asked, next, .. } = place else { return false };
        let is_plain = id.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
        if self.plan.results.starts.is_some() {
            self.plan.results.starts = asked;
        }
        (self.id, self.begin, self.stage) = (Some(id), next, Stage::Look);
        is_plain
    }

    /// Where it is submitted.
    pub(super) fn path(&self) -> &str {
        &self.plan.path
    }

    /// The job that can be taken up again.
    pub(super) fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    pub(super) fn take(&mut self, found: &Found) -> Result<Taken, Error> {
        match (&mut self.stage, found) {
            (Stage::Results(follow), found) => follow.take(found),
            (Stage::Availability, Found::Availability(until)) => self.available(*until),
            (Stage::Submit, Found::Job { id: Some(id), .. }) => {
                let told = format!("the job {id} was submitted");
                self.id = Some(id.clone());
                self.stage = Stage::Look;
                Ok(self.look_again(Some(told)))
            }
            (Stage::Look, Found::Job { state: Some(state), reason, .. }) => self.stands(state, reason.as_deref()),
            _ => Err(Error::new(ErrorKind::AnswerUnexpected, "the answer says nothing of the job")),
        }
    }

    /// Never asks past the data that exists without saying so: the server would answer with what there is, in silence.
    fn available(&mut self, until: Option<i64>) -> Result<Taken, Error> {
        self.stage = Stage::Submit;
        let Some(complete) = self.plan.complete else { return Ok(Taken::default()) };
        let Some(until) = until else {
            let told =
                "the server does not say up to when its data is complete: the job may miss the latest".to_owned();
            return Ok(Taken { told: Some((NoticeKind::Lint, told)), ..Taken::default() });
        };
        if until >= complete.asked.to {
            return Ok(Taken::default());
        }
        if complete.partial && until > complete.asked.from {
            let asked = Interval { from: complete.asked.from, to: until };
            self.plan.body.insert("interval".to_owned(), asked.to_wire().into());
            let told = format!("the data of jobs is complete up to {} only: what is later is left out", iso(until));
            return Ok(Taken { told: Some((NoticeKind::Lint, told)), ..Taken::default() });
        }
        let behind = complete.asked.to.saturating_sub(until).unsigned_abs();
        Err(Error::new(ErrorKind::JobBehind, format!("the data of jobs is complete up to {} only", iso(until)))
            .retry(Retry::Later { after_ms: Some(behind) })
            .evidence(format!("asked was {}", complete.asked))
            .remedy("ask later: jobs read a store that is filled hours behind")
            .remedy("or ask with `via: query`, which is near real time and lacks participant attributes")
            .remedy("or write `partial: true` to have what there is"))
    }

    fn stands(&mut self, state: &str, reason: Option<&str>) -> Result<Taken, Error> {
        let id = self.id.as_deref().unwrap_or_default();
        let because = reason.map_or(String::new(), |reason| format!(": {reason}"));
        let (kind, what) = match state {
            "FULFILLED" => {
                let Some(path) = self.one() else { return Ok(Taken::default()) };
                let mut results = self.plan.results.clone();
                results.ask.path = format!("{path}/results");
                self.stage = Stage::Results(Box::new(Follow::new(results)));
                if let Stage::Results(follow) = &mut self.stage {
                    follow.go_on(self.begin.take());
                }
                return Ok(Taken::default());
            }
            "FAILED" => (ErrorKind::JobFailed, format!("the job {id} failed on the server{because}")),
            "EXPIRED" => (ErrorKind::JobExpired, format!("the job {id} has expired, and its results with it{because}")),
            "CANCELLED" => (ErrorKind::JobCancelled, format!("the job {id} was cancelled on the server{because}")),
            // QUEUED, PENDING, and whatever else a later server may say.
            _ => {
                let told = (state != self.state).then(|| format!("the job {id} is {state}"));
                state.clone_into(&mut self.state);
                return Ok(self.look_again(told));
            }
        };
        self.id = None;
        Err(Error::new(kind, what).remedy("submit it again"))
    }

    fn look_again(&mut self, told: Option<String>) -> Taken {
        let pause = PAUSES.get(self.looks).or(PAUSES.last()).copied();
        self.looks += 1;
        Taken { pause, told: told.map(|told| (NoticeKind::Job, told)), ..Taken::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATH: &str = "/api/v2/analytics/conversations/details/jobs";

    fn plan() -> plan::Job {
        let asked = Interval { from: 0, to: 86_400_000 };
        plan::Job {
            path: PATH.to_owned(),
            body: serde_json::Map::new(),
            complete: Some(plan::Complete { asked, partial: false }),
            results: plan::Follow { ask: Ask::get("", Look::Conversations), starts: Some(asked) },
            known: None,
        }
    }

    fn state(state: &str) -> Found {
        Found::Job { id: None, state: Some(state.to_owned()), reason: None }
    }

    fn submitted(flow: &mut Job) -> Taken {
        flow.take(&Found::Availability(Some(86_400_000))).unwrap();
        flow.take(&Found::Job { id: Some("j1".into()), state: None, reason: None }).unwrap()
    }

    #[test]
    fn from_availability_to_the_last_cursor() {
        let mut flow = Job::new(plan());
        assert_eq!(flow.ask().unwrap().path, format!("{PATH}/availability"));
        assert_eq!(flow.cancel(), None);
        flow.take(&Found::Availability(Some(86_400_000))).unwrap();
        let submit = flow.ask().unwrap();
        assert_eq!((submit.method, submit.repeatable), (http::Method::POST, false));
        let taken = flow.take(&Found::Job { id: Some("j1".into()), state: None, reason: None }).unwrap();
        assert_eq!(taken.pause, Some(1_000));
        assert!(taken.told.unwrap().1.contains("j1"));
        assert_eq!(flow.ask().unwrap().path, format!("{PATH}/j1"));
        assert_eq!(flow.cancel().unwrap().method, http::Method::DELETE);
        assert!(flow.take(&state("QUEUED")).unwrap().told.is_some());
        assert!(flow.take(&state("QUEUED")).unwrap().told.is_none());
        assert_eq!(flow.take(&state("REHEARSING")).unwrap().pause, Some(5_000));
        assert_eq!(flow.take(&state("FULFILLED")).unwrap(), Taken::default());
        assert_eq!(flow.ask().unwrap().path, format!("{PATH}/j1/results"));
        assert_eq!(flow.cancel(), None);
        let row = |start| crate::look::Row { id: None, start: Some(start) };
        let next = Some(crate::look::Next::Cursor("c".into()));
        let rows = vec![row(1), row(86_400_000)];
        let taken = flow.take(&Found::Conversations { rows, total: None, next }).unwrap();
        assert_eq!((taken.items, taken.outside, taken.skip), (1, 1, vec![1]));
        assert_eq!(flow.ask().unwrap().query, [("cursor".into(), "c".into())]);
        flow.take(&Found::Conversations { rows: Vec::new(), total: None, next: None }).unwrap();
        assert_eq!(flow.ask(), None);
    }

    #[test]
    fn a_job_that_does_not_end_well() {
        for (word, kind) in [
            ("FAILED", ErrorKind::JobFailed),
            ("EXPIRED", ErrorKind::JobExpired),
            ("CANCELLED", ErrorKind::JobCancelled),
        ] {
            let mut flow = Job::new(plan());
            submitted(&mut flow);
            assert_eq!(flow.take(&state(word)).unwrap_err().kind, kind);
            assert_eq!(flow.id(), None, "it cannot be taken up again");
        }
        let mut flow = Job::new(plan());
        submitted(&mut flow);
        assert_eq!(flow.take(&Found::Json).unwrap_err().kind, ErrorKind::AnswerUnexpected);
    }

    #[test]
    fn nothing_is_asked_past_the_data_that_exists() {
        let mut flow = Job::new(plan());
        assert!(flow.take(&Found::Availability(None)).unwrap().told.unwrap().1.contains("does not say"));
        assert_eq!(flow.ask().unwrap().path, PATH);
        let error = Job::new(plan()).take(&Found::Availability(Some(80_000_000))).unwrap_err();
        assert_eq!((error.kind, error.retry), (ErrorKind::JobBehind, Retry::Later { after_ms: Some(6_400_000) }));
        let complete = Some(plan::Complete { asked: Interval { from: 0, to: 86_400_000 }, partial: true });
        let mut flow = Job::new(plan::Job { complete, ..plan() });
        assert!(flow.take(&Found::Availability(Some(80_000_000))).unwrap().told.is_some());
        let interval = flow.ask().unwrap().body.unwrap()["interval"].clone();
        assert_eq!(interval, "1970-01-01T00:00:00.000Z/1970-01-01T22:13:20.000Z");
        let mut flow = Job::new(plan::Job { complete, ..plan() });
        assert!(flow.take(&Found::Availability(Some(0))).is_err(), "there is nothing yet");
    }

    #[test]
    fn a_known_job_is_only_looked_at() {
        let flow = Job::new(plan::Job { known: Some("j9".into()), ..plan() });
        assert_eq!(flow.ask().unwrap().path, format!("{PATH}/j9"));
    }
}
