//! What others say about a conversation days later: evaluations, surveys, resolutions.

use super::facts::Source;
use super::table::{Amount, Fact, Table};
use crate::analytics::dimensions::{Evaluated, Surveyed, Whole};
use crate::analytics::filter::Values;
use crate::directory::Directory;
use crate::time::iso;
use crate::traffic::model::{Conversation, Evaluation, Resolution, Survey};
use crate::uuid::Uuid;

/// A judgement with the conversation it is about.
struct Judged<'a> {
    it: &'a Conversation,
    judgement: &'a dyn Values,
    user: Uuid,
    queue: Uuid,
    at: i64,
    directory: &'a Directory,
}

impl Values for Judged<'_> {
    fn dimension(&self, name: &str) -> Vec<String> {
        // What only the session of the agent can tell.
        let sessions = self.it.participants.iter().filter(|p| p.user == Some(self.user)).flat_map(|p| &p.sessions);
        match name {
            "userId" => vec![self.user.to_string()],
            "queueId" => vec![self.queue.to_string()],
            "teamId" => {
                let user = self.directory.user(self.user);
                user.map(|user| self.directory.teams[user.team].id.to_string()).into_iter().collect()
            }
            "mediaType" => sessions.map(|session| session.media.to_string()).take(1).collect(),
            "usedRouting" => sessions.filter_map(|session| session.used_routing).map(String::from).take(1).collect(),
            "requestedRouting" => {
                sessions.filter_map(|session| session.requested_routing).map(String::from).take(1).collect()
            }
            "externalContactId" => {
                self.it.participants.iter().filter_map(|p| p.contact).map(|id| id.to_string()).take(1).collect()
            }
            "evaluationCreatedDate" | "evaluationReleaseDate" | "surveyCreatedDate" => vec![iso(self.at)],
            "wrapUpDate" => self.it.end.map(iso).into_iter().collect(),
            "systemSubmitted" | "assigneeApplicable" => vec!["false".into()],
            _ => match self.judgement.dimension(name) {
                found if found.is_empty() => Whole(self.it).dimension(name),
                found => found,
            },
        }
    }

    fn metric(&self, name: &str) -> Vec<f64> {
        self.judgement.metric(name)
    }
}

/// Counts what was said about a conversation, for the family that asks for it.
pub(super) fn count(source: Source, it: &Conversation, directory: &Directory, table: &mut Table<'_>) {
    match source {
        Source::Evaluations => {
            for e in &it.evaluations {
                let judgement = &Evaluated::of(e, directory);
                put(
                    &Judged { it, judgement, user: e.user, queue: e.queue, at: e.at, directory },
                    &of_evaluation(e),
                    table,
                );
            }
        }
        Source::Surveys => {
            for s in &it.surveys {
                let judgement = &Surveyed::of(s, directory);
                put(&Judged { it, judgement, user: s.user, queue: s.queue, at: s.at, directory }, &of_survey(s), table);
            }
        }
        Source::Resolutions => {
            for r in &it.resolutions {
                put(
                    &Judged { it, judgement: r, user: r.user, queue: r.queue, at: r.at, directory },
                    &of_resolution(r),
                    table,
                );
            }
        }
        _ => {}
    }
}

/// Counts a judgement's metrics at its own time, or at the time the query names.
fn put(judged: &Judged<'_>, metrics: &[(&'static str, i64)], table: &mut Table<'_>) {
    let at = match table.query.alternate_time.as_deref() {
        Some("conversationStart") => judged.it.start,
        Some("wrapUpDate") => judged.it.end.unwrap_or(judged.at),
        _ => judged.at,
    };
    table.count(judged, metrics.iter().map(|(metric, value)| Fact { at, metric, amount: Amount::Value(*value) }));
}

fn of_evaluation(it: &Evaluation) -> Vec<(&'static str, i64)> {
    vec![("nEvaluations", 1), ("oTotalScore", it.score), ("oTotalCriticalScore", it.score)]
}

/// Every survey came back whole; its net promoter score tells promoters (9, 10) from detractors (0 to 6).
fn of_survey(it: &Survey) -> Vec<(&'static str, i64)> {
    let mut metrics: Vec<(&'static str, i64)> = [
        "nSurveysSent",
        "nSurveysStarted",
        "nWebSurveys",
        "nSurveyResponses",
        "nSurveyFullResponses",
        "nSurveyNpsResponses",
    ]
    .map(|metric| (metric, 1))
    .to_vec();
    match it.promoter {
        9.. => metrics.push(("nSurveyNpsPromoters", 1)),
        ..=6 => metrics.push(("nSurveyNpsDetractors", 1)),
        _ => {}
    }
    metrics.push(("oSurveyTotalScore", it.score));
    metrics
}

fn of_resolution(it: &Resolution) -> Vec<(&'static str, i64)> {
    vec![("nNextContactAvoided", it.avoided)]
}
