//! What others say about a conversation days later: evaluations, surveys, resolutions.

use super::facts::Source;
use super::table::{Amount, Fact, Table};
use crate::analytics::dimensions::{Evaluated, Part, Surveyed, Whole};
use crate::analytics::filter::Values;
use crate::directory::Directory;
use crate::time::iso;
use crate::traffic::model::{Conversation, Resolution};
use crate::traffic::{Evaluation, Survey};
use crate::uuid::Uuid;

/// What counts the answers of surveys: groups and questions, and their scores.
const QUESTIONS: [&str; 4] =
    ["nSurveyQuestionGroupResponses", "nSurveyQuestionResponses", "oSurveyQuestionGroupScore", "oSurveyQuestionScore"];

/// A judgement with the conversation it is about.
struct Judged<'a> {
    it: &'a Conversation,
    judgement: &'a dyn Values,
    user: Uuid,
    queue: Uuid,
    dates: Dates,
    directory: &'a Directory,
}

/// When a judgement was made, when it was released, and when what counts happened.
struct Dates {
    made: i64,
    released: Option<i64>,
    at: i64,
}

impl Values for Judged<'_> {
    fn dimension(&self, name: &str) -> Vec<String> {
        // What only a session of the agent can tell: the first that does.
        let agents = self.it.participants.iter().filter(|participant| participant.user == Some(self.user));
        let sessions = agents.flat_map(|participant| participant.sessions.iter().map(move |one| (participant, one)));
        let mut parts =
            sessions.map(|(participant, session)| Part { conversation: self.it, participant, session, segment: None });
        match name {
            "userId" => vec![self.user.to_string()],
            "queueId" => vec![self.queue.to_string()],
            "teamId" => {
                let user = self.directory.user(self.user);
                user.map(|user| self.directory.teams[user.team].id.to_string()).into_iter().collect()
            }
            "mediaType"
            | "usedRouting"
            | "requestedRouting"
            | "requestedLanguageId"
            | "requestedRoutingSkillId"
            | "wrapUpCode" => {
                parts.find_map(|part| Some(part.dimension(name)).filter(|found| !found.is_empty())).unwrap_or_default()
            }
            "externalContactId" => {
                self.it.participants.iter().filter_map(|p| p.contact).map(|id| id.to_string()).take(1).collect()
            }
            "evaluationCreatedDate" | "surveyCreatedDate" => vec![iso(self.dates.made)],
            "evaluationReleaseDate" => self.dates.released.map(iso).into_iter().collect(),
            "wrapUpDate" => self.it.end.map(iso).into_iter().collect(),
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

/// One step of a survey: into which state, and from which.
#[derive(Clone, Copy)]
struct Step<'a> {
    survey: Surveyed<'a>,
    state: &'static str,
    before: Option<&'static str>,
}

impl Values for Step<'_> {
    fn dimension(&self, name: &str) -> Vec<String> {
        match name {
            "surveyStatus" => vec![self.state.into()],
            "surveyPreviousStatus" => self.before.map(String::from).into_iter().collect(),
            "surveyPartialResponse"
            | "surveyPromoterScore"
            | "surveyQuestionGroupId"
            | "surveyQuestionId"
            | "surveyAnswerId"
                if self.state != "Finished" =>
            {
                Vec::new()
            }
            _ => self.survey.dimension(name),
        }
    }

    fn metric(&self, name: &str) -> Vec<f64> {
        self.survey.metric(name)
    }
}

/// Counts what was said about a conversation, for the family that asks for it.
pub(super) fn count(source: Source, it: &Conversation, directory: &Directory, table: &mut Table<'_>) {
    match source {
        Source::Evaluations => {
            for e in &it.evaluations {
                let dates = Dates { made: e.steps.made(), released: e.finished(), at: e.steps.last().1 };
                let judgement = &Evaluated::of(e, directory);
                put(
                    &Judged { it, judgement, user: e.user, queue: e.queue, dates, directory },
                    &of_evaluation(e),
                    table,
                );
            }
        }
        Source::Surveys => {
            let asks = QUESTIONS.iter().any(|metric| table.query.uses(metric));
            for s in &it.surveys {
                let mut before = None;
                for (state, at) in s.steps.all() {
                    let mut put = |step: &Step<'_>, metrics: &[(&'static str, i64)]| {
                        let dates = Dates { made: s.steps.made(), released: None, at };
                        put(
                            &Judged { it, judgement: step, user: s.user, queue: s.queue, dates, directory },
                            metrics,
                            table,
                        );
                    };
                    let step = Step { survey: Surveyed::of(s, directory), state, before };
                    put(&step, &of_survey(s, state, before));
                    if state == "Finished" && asks {
                        of_answers(s, step, put);
                    }
                    before = Some(state);
                }
            }
        }
        Source::Resolutions => {
            for r in &it.resolutions {
                let dates = Dates { made: r.at, released: None, at: r.at };
                let metrics = of_resolution(r);
                put(&Judged { it, judgement: r, user: r.user, queue: r.queue, dates, directory }, &metrics, table);
            }
        }
        _ => {}
    }
}

/// Counts a judgement's metrics at its own time, or at the time the query names.
fn put(judged: &Judged<'_>, metrics: &[(&'static str, i64)], table: &mut Table<'_>) {
    let at = match table.query.alternate_time.as_deref() {
        Some("conversationStart") => Some(judged.it.start),
        Some("wrapUpDate") => Some(judged.it.end.unwrap_or(judged.dates.at)),
        Some("evaluationCreatedDate" | "surveyCreatedDate") => Some(judged.dates.made),
        Some("evaluationReleaseDate") => judged.dates.released,
        _ => Some(judged.dates.at),
    };
    let Some(at) = at else { return };
    table.count(judged, metrics.iter().map(|(metric, value)| Fact { at, metric, amount: Amount::Value(*value) }));
}

fn of_evaluation(it: &Evaluation) -> Vec<(&'static str, i64)> {
    let scores = [("oTotalScore", it.score()), ("oTotalCriticalScore", it.critical_score())];
    let scores = scores.into_iter().filter_map(|(metric, score)| Some((metric, score?)));
    [("nEvaluations", 1)].into_iter().chain(scores).collect()
}

/// What a step of a survey counts for. All that come back come back whole; the net promoter score tells promoters (9, 10)
/// from detractors (0 to 6).
fn of_survey(it: &Survey, state: &str, before: Option<&str>) -> Vec<(&'static str, i64)> {
    let each = |metrics: &[&'static str]| metrics.iter().map(|metric| (*metric, 1)).collect::<Vec<_>>();
    match state {
        "Sent" => each(&["nSurveysSent", "nWebSurveys"]),
        "InProgress" => each(&["nSurveysStarted"]),
        "Expired" if before == Some("InProgress") => each(&["nSurveysExpired", "nSurveysAbandoned"]),
        "Expired" => each(&["nSurveysExpired"]),
        "Finished" => {
            let mut metrics = each(&["nSurveyResponses", "nSurveyFullResponses", "nSurveyNpsResponses"]);
            if let Some((score, promoter)) = it.scores() {
                metrics.push(("oSurveyTotalScore", score));
                match promoter {
                    9.. => metrics.push(("nSurveyNpsPromoters", 1)),
                    ..=6 => metrics.push(("nSurveyNpsDetractors", 1)),
                    _ => {}
                }
            }
            metrics
        }
        _ => Vec::new(),
    }
}

/// What the answers of a survey count for: those to a group and those to a question for that one alone. What has no
/// points has no score.
fn of_answers<'a>(it: &Survey, step: Step<'a>, mut put: impl FnMut(&Step<'a>, &[(&'static str, i64)])) {
    let [groups, questions, of_group, of_question] = QUESTIONS;
    let Some(answers) = it.answers() else { return };
    for group in (0..answers.chosen.len()).filter(|group| !answers.leaves_out(*group)) {
        let survey = step.survey.of_answers(group, None);
        let points = answers.points(group, |_| true);
        let scored = (points.of > 0).then_some((of_group, points.got));
        put(&Step { survey, ..step }, &[(groups, 1)].into_iter().chain(scored).collect::<Vec<_>>());
        for question in answers.said(group) {
            let survey = survey.of_answers(group, Some(question));
            let scored = answers.score(group, question).map(|score| (of_question, score));
            put(&Step { survey, ..step }, &[(questions, 1)].into_iter().chain(scored).collect::<Vec<_>>());
        }
    }
}

fn of_resolution(it: &Resolution) -> Vec<(&'static str, i64)> {
    vec![("nNextContactAvoided", it.avoided)]
}
