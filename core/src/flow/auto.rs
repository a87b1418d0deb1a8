//! Conversations of a long interval: by a job as far as the data of jobs goes, by query for the rest.
//!
//! The two meet at a midnight UTC. Both match by the day on which a conversation starts, so each conversation is on
//! one side alone, and nothing has to be remembered from one side to the other.

use super::Taken;
use super::bookmark::{self, Bookmark};
use super::conversations::{Conversations, day_start};
use super::job::Job;
use crate::error::Error;
use crate::look::{Found, Look};
use crate::notice::NoticeKind;
use crate::plan::{self, Ask, ConversationPages};
use crate::time::{Interval, iso};

#[derive(Debug)]
pub(crate) struct Auto {
    stage: Stage,
    /// What was asked, as bookmarks know it again.
    sum: u32,
    asked: Interval,
    wall: i64,
}

#[derive(Debug)]
enum Stage {
    /// Up to when is the data of jobs complete?
    Availability(plan::Auto),
    /// The job, and what is asked by query after it.
    Job(Job, Option<ConversationPages>),
    Query(Conversations),
}

impl Auto {
    pub(super) fn new(plan: plan::Auto, wall: i64) -> Self {
        let sum = bookmark::sum(&plan.pages.path, &plan.pages.body, &[]);
        Auto { asked: plan.pages.asked, stage: Stage::Availability(plan), sum, wall }
    }

    pub(super) fn ask(&self) -> Option<Ask> {
        match &self.stage {
            Stage::Availability(plan) => Some(Ask::get(format!("{}/availability", plan.job.path), Look::Availability)),
            Stage::Job(job, _) => job.ask(),
            Stage::Query(query) => query.ask(),
        }
    }

    pub(super) fn take(&mut self, found: &Found) -> Result<Taken, Error> {
        match &mut self.stage {
            Stage::Availability(_) => {
                let until = if let Found::Availability(until) = found { *until } else { None };
                Ok(self.choose(until))
            }
            Stage::Job(job, rest) => {
                let taken = job.take(found)?;
                if job.ask().is_none()
                    && let Some(rest) = rest.take()
                {
                    self.stage = Stage::Query(Conversations::new(rest, self.wall));
                }
                Ok(taken)
            }
            // What the server counts is a part of what was asked.
            Stage::Query(query) => query.take(found).map(|taken| Taken { total: None, ..taken }),
        }
    }

    /// Goes on by query alone where the server does not tell how far the data of jobs goes; false where it was not
    /// asked that. Whoever left the way open does not need jobs.
    pub(super) fn detour(&mut self) -> bool {
        let asked = matches!(self.stage, Stage::Availability(_));
        if asked {
            self.choose(None);
        }
        asked
    }

    fn choose(&mut self, until: Option<i64>) -> Taken {
        let Stage::Availability(plan) = &self.stage else { return Taken::default() };
        let plan::Auto { mut job, pages } = plan.clone();
        let asked = pages.asked;
        let border = match until {
            Some(until) if until >= asked.to => asked.to,
            Some(until) => day_start(until),
            None => asked.from,
        };
        let told = if border <= asked.from {
            self.stage = Stage::Query(Conversations::new(pages, self.wall));
            let why = until.map_or_else(
                || "the server does not say how far the data of jobs goes".to_owned(),
                |until| format!("the data of jobs is complete up to {} only", iso(until)),
            );
            format!("{why}: asked by query")
        } else {
            let behind = Interval { from: asked.from, to: border };
            job.body.insert("interval".to_owned(), behind.to_wire().into());
            let rest = Some(pages.after(border)).filter(|rest| !rest.windows.is_empty());
            let told = match rest {
                Some(_) => format!("asked by job up to {}, by query from there on", iso(border)),
                None => "asked by job".to_owned(),
            };
            self.stage = Stage::Job(Job::new(job), rest);
            told
        };
        Taken { told: Some((NoticeKind::Job, told)), ..Taken::default() }
    }

    pub(super) fn shrink(&mut self) -> bool {
        match &mut self.stage {
            Stage::Query(query) => query.shrink(),
            Stage::Job(job, _) => job.shrink(),
            Stage::Availability(_) => false,
        }
    }

    pub(super) fn sum(&self) -> u32 {
        self.sum
    }

    pub(super) fn bookmark(&self) -> Option<Bookmark> {
        match &self.stage {
            Stage::Availability(_) => None,
            Stage::Query(query) => query.bookmark(),
            Stage::Job(job, rest) => {
                let border = rest.as_ref().map_or(self.asked.to, |rest| rest.asked.from);
                match job.bookmark()? {
                    Bookmark::Job { id, next, .. } => Some(Bookmark::Job { id, asked: Some(self.asked), border, next }),
                    _ => None,
                }
            }
        }
    }

    pub(super) fn resume(&mut self, place: Bookmark) -> bool {
        let Stage::Availability(plan) = &self.stage else { return false };
        let plan::Auto { job, pages } = plan.clone();
        match place {
            Bookmark::Job { asked: Some(asked), border, .. } => {
                let mut job = Job::new(job);
                let rest = Some(pages.over(asked).after(border)).filter(|rest| !rest.windows.is_empty());
                self.asked = asked;
                let fits = job.resume(place);
                self.stage = Stage::Job(job, rest);
                fits
            }
            _ => {
                let mut query = Conversations::new(pages, self.wall);
                let fits = query.resume(&place);
                self.stage = Stage::Query(query);
                fits
            }
        }
    }

    /// The job, while it is the job that is asked.
    pub(super) fn job(&self) -> Option<&Job> {
        match &self.stage {
            Stage::Job(job, _) => Some(job),
            Stage::Availability(_) | Stage::Query(_) => None,
        }
    }

    /// The operation that errors and pages name.
    pub(super) fn operation(&self) -> Option<String> {
        let path = match &self.stage {
            Stage::Availability(plan) => return Some(format!("GET {}/availability", plan.job.path)),
            Stage::Job(job, _) => job.path(),
            Stage::Query(query) => query.path(),
        };
        Some(format!("POST {path}"))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::plan::Steps;
    use crate::report::Report;
    use crate::time::{Now, parse_instant};

    const WALL: i64 = 1_773_132_000_000;

    fn flow(more: serde_json::Value) -> Auto {
        let mut report = json!({"report": "conversations", "interval": "2026-02-28T06:00Z/2026-03-10T08:00Z"});
        report.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let plan = Report::from_json(&report).unwrap().plan(Now { mono: 0, wall: WALL }).unwrap();
        let Steps::Auto(plan) = plan.steps else { panic!("{:?}", plan.steps) };
        Auto::new(*plan, WALL)
    }

    fn chosen(flow: &mut Auto, until: &str) -> String {
        let until = parse_instant(until).unwrap();
        flow.take(&Found::Availability(Some(until))).unwrap().told.unwrap().1
    }

    fn interval(flow: &Auto) -> String {
        flow.ask().unwrap().body.unwrap()["interval"].as_str().unwrap().to_owned()
    }

    fn run_job(flow: &mut Auto) {
        flow.take(&Found::Job { id: Some("j1".into()), state: None, reason: None }).unwrap();
        flow.take(&Found::Job { id: None, state: Some("FULFILLED".into()), reason: None }).unwrap();
        assert!(flow.ask().unwrap().path.ends_with("/jobs/j1/results"));
        flow.take(&Found::Conversations { rows: Vec::new(), total: None, next: None }).unwrap();
    }

    #[test]
    fn a_fresh_tail_is_asked_by_query_from_a_midnight_on() {
        let mut flow = flow(json!({}));
        assert!(flow.ask().unwrap().path.ends_with("/jobs/availability"));
        assert!(!flow.shrink());
        assert!(chosen(&mut flow, "2026-03-09T20:00:00Z").contains("up to 2026-03-09T00:00:00.000Z"));
        assert_eq!(interval(&flow), "2026-02-28T06:00:00.000Z/2026-03-09T00:00:00.000Z");
        assert_eq!(flow.job().unwrap().id(), None);
        assert!(flow.operation().unwrap().ends_with("/jobs"));
        run_job(&mut flow);
        assert_eq!(interval(&flow), "2026-03-09T00:00:00.000Z/2026-03-10T08:00:00.000Z");
        assert!(flow.operation().unwrap().ends_with("/query"));
        assert!(flow.job().is_none() && flow.shrink());
        flow.take(&Found::Conversations { rows: Vec::new(), total: Some(0), next: None }).unwrap();
        assert_eq!(flow.ask(), None);
    }

    #[test]
    fn it_goes_on_in_the_job_or_behind_it() {
        for more in [json!({}), json!({"keep_outside": true})] {
            let mut first = flow(more.clone());
            assert_eq!(first.bookmark(), None);
            chosen(&mut first, "2026-03-09T20:00:00Z");
            assert_eq!(first.bookmark(), None, "nothing was submitted");
            first.take(&Found::Job { id: Some("j1".into()), state: None, reason: None }).unwrap();
            first.take(&Found::Job { id: None, state: Some("FULFILLED".into()), reason: None }).unwrap();
            let next = Some(crate::look::Next::Cursor("c1".into()));
            first.take(&Found::Conversations { rows: Vec::new(), total: None, next }).unwrap();
            let mut second = flow(more.clone());
            assert!(second.resume(first.bookmark().unwrap()));
            assert!(second.ask().unwrap().path.ends_with("/jobs/j1"));
            assert_eq!(second.bookmark(), first.bookmark());
            second.take(&Found::Job { id: None, state: Some("FULFILLED".into()), reason: None }).unwrap();
            assert!(second.ask().unwrap().query.contains(&("cursor".into(), "c1".into())));
            second.take(&Found::Conversations { rows: Vec::new(), total: None, next: None }).unwrap();
            assert_eq!(interval(&second), "2026-03-09T00:00:00.000Z/2026-03-10T08:00:00.000Z", "{more}");
            let row = |nth: i64| crate::look::Row { id: Some(nth as u128), start: Some(WALL - 86_400_000 + nth) };
            let rows = (0..100).map(row).collect();
            second.take(&Found::Conversations { rows, total: Some(200), next: None }).unwrap();
            let mut third = flow(more.clone());
            assert!(third.resume(second.bookmark().unwrap()));
            assert_eq!(third.ask(), second.ask());
        }
    }

    #[test]
    fn what_lies_behind_is_asked_by_job_alone() {
        let mut flow = flow(json!({}));
        assert_eq!(chosen(&mut flow, "2026-03-10T08:00:00Z"), "asked by job");
        assert_eq!(interval(&flow), "2026-02-28T06:00:00.000Z/2026-03-10T08:00:00.000Z");
        run_job(&mut flow);
        assert_eq!(flow.ask(), None);
    }

    #[test]
    fn without_a_whole_day_of_jobs_all_is_asked_by_query() {
        for until in ["2026-02-28T23:00:00Z", "2026-02-01T00:00:00Z"] {
            let mut flow = flow(json!({}));
            chosen(&mut flow, until);
            assert_eq!(interval(&flow), "2026-02-28T06:00:00.000Z/2026-03-07T00:00:00.000Z", "{until}");
        }
        for unsaid in [Found::Availability(None), Found::Json] {
            let mut flow = flow(json!({}));
            flow.take(&unsaid).unwrap();
            assert!(flow.ask().unwrap().path.ends_with("/query"));
            assert!(!flow.detour());
        }
        let mut flow = flow(json!({}));
        assert!(flow.detour());
        assert!(flow.ask().unwrap().path.ends_with("/query"));
    }
}
