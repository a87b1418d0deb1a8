//! Evaluations and surveys, each read from the conversation it is about.

use serde_json::{Value, json};

use super::forms::{evaluation_answers, survey_answers, totals};
use super::{Page, fits, is_descending, is_true, listing, number, says};
use crate::org::{Call, Org};
use crate::refusal::Refusal;
use crate::time::{DAY, iso, parse_iso};
use crate::traffic::model::Conversation;
use crate::traffic::{EVALUATION, Evaluation, SURVEY, Survey};
use crate::uuid::Uuid;

/// How far back is looked where no time is given.
const USUAL: i64 = 7 * DAY;

/// What is said where a query of evaluations does not say whose.
const NEEDED: &str = "Query params must include one of conversationId, evaluatorUserId, agentUserId or assigneeUserId.";

/// A person or thing that is only named.
pub(crate) fn named(kind: &str, id: Uuid) -> Value {
    json!({"id": id.to_string(), "selfUri": format!("/api/v2/{kind}/{id}")})
}

impl Org {
    /// A conversation the caller can know of.
    pub(crate) fn conversation(&self, id: Uuid, call: &Call) -> Result<Conversation, Refusal> {
        let place = self.traffic.find(id).ok_or_else(Refusal::not_found)?;
        let it = self.traffic.build(place);
        if it.start > call.now {
            return Err(Refusal::not_found());
        }
        let it = it.seen_at(call.now);
        call.must_see(&it.divisions)?;
        Ok(it)
    }

    /// The id that stands for a placeholder.
    pub(crate) fn in_path(call: &Call, name: &str) -> Result<Uuid, Refusal> {
        call.placeholder(name).and_then(Uuid::parse).ok_or_else(Refusal::not_found)
    }

    /// `startTime` and `endTime`, or the last week.
    pub(super) fn span(call: &Call) -> Result<(i64, i64), Refusal> {
        let read = |name: &str, usual: i64| match call.parameter(name) {
            None => Ok(usual),
            Some(text) => parse_iso(text).ok_or_else(Refusal::date),
        };
        let end = read("endTime", call.now)?;
        Ok((read("startTime", end - USUAL)?, end))
    }

    /// Evaluations whose time, as `when` tells it, lies in a span, in its order, of conversations the caller sees.
    pub(super) fn evaluations_between(
        &mut self,
        call: &Call,
        (start, end): (i64, i64),
        when: impl Fn(&Evaluation) -> i64,
    ) -> Vec<(Conversation, Evaluation)> {
        let mut found = Vec::new();
        for place in self.traffic.alive(start, end.min(call.now + 1)) {
            let it = self.traffic.build(place).seen_at(call.now);
            let Some(evaluation) = it.evaluations.first().copied() else { continue };
            let at = when(&evaluation);
            if call.sees(&it.divisions) && start <= at && at < end {
                found.push((it, evaluation));
            }
        }
        found.sort_by_key(|(_, evaluation)| when(evaluation));
        found
    }

    /// `GET quality/evaluations/query`: of a conversation, an evaluator, an agent or an assignee. Those of an agent come by
    /// their release, all others by their assignment, whose order alone can be asked for (documentation of the operation).
    pub(crate) fn query_evaluations(&mut self, call: &Call) -> Result<Vec<u8>, Refusal> {
        let page = Page::of(call, 500)?;
        let named = |name: &str| call.parameter(name).is_some_and(|id| !id.is_empty());
        let of_conversation = named("conversationId");
        if !of_conversation && !["evaluatorUserId", "agentUserId", "assigneeUserId"].into_iter().any(named) {
            return Err(Refusal::bad(NEEDED));
        }
        let mut found = match call.parameter("conversationId").filter(|_| of_conversation) {
            Some(id) => {
                let it = self.conversation(Uuid::parse(id).ok_or_else(Refusal::not_found)?, call)?;
                it.evaluations.clone().into_iter().map(|evaluation| (it.clone(), evaluation)).collect()
            }
            None if named("agentUserId") && !named("evaluatorUserId") => {
                let released = |it: &Evaluation| it.finished().unwrap_or_else(|| it.steps.made());
                self.evaluations_between(call, Self::span(call)?, released)
            }
            None => self.evaluations_between(call, Self::span(call)?, |it| it.steps.made()),
        };
        if is_descending(call) && !of_conversation {
            found.reverse();
        }
        let with_deleted = is_true(call, "includeDeletedUsers");
        let is_deleted = |id: Uuid| self.directory.user(id).is_some_and(|user| user.state == "deleted");
        found.retain(|(_, evaluation)| {
            self.is_asked_for(call, evaluation)
                && (with_deleted || ![evaluation.user, evaluation.evaluator].into_iter().any(is_deleted))
        });
        let with_totals = is_true(call, "expandAnswerTotalScores");
        let told = found.iter().map(|(it, evaluation)| {
            let mut told = self.evaluation_json(it, evaluation);
            told["evaluationForm"]["questionGroups"] = json!([]);
            if let Some(told) = told.as_object_mut().filter(|_| !with_totals) {
                told.shift_remove("answers");
            }
            told
        });
        let mut all: Vec<Value> = told.collect();
        let states = call.parameters("evaluationState");
        all.retain(|told| {
            let status = told["status"].as_str().unwrap_or_default();
            (states.is_empty() || states.iter().any(|state| state.eq_ignore_ascii_case(status)))
                && says(call, "isReleased", &told["releaseDate"].is_string().to_string())
                && says(call, "agentHasRead", &told["agentHasRead"].to_string())
                && fits(call, "assigneeUserId", told["assignee"]["id"].as_str().and_then(Uuid::parse))
        });
        all.truncate(number(call, "maximum", usize::MAX, i32::MAX as usize)?);
        Ok(listing(call, page, all))
    }

    /// Whether people, queue and form of an evaluation are those that parameters name.
    pub(super) fn is_asked_for(&self, call: &Call, evaluation: &Evaluation) -> bool {
        let team = self.directory.user(evaluation.user).map(|user| self.directory.teams[user.team].id);
        fits(call, "agentUserId", Some(evaluation.user))
            && fits(call, "evaluatorUserId", Some(evaluation.evaluator))
            && fits(call, "queueId", Some(evaluation.queue))
            && fits(call, "formContextId", Some(self.form_of(evaluation).id))
            && fits(call, "agentTeamId", team)
    }

    /// `GET quality/conversations/{conversationId}/evaluations/{evaluationId}`.
    pub(crate) fn one_evaluation(&self, call: &Call) -> Result<Vec<u8>, Refusal> {
        let it = self.conversation(Self::in_path(call, "{conversationId}")?, call)?;
        let id = Self::in_path(call, "{evaluationId}")?;
        let evaluation = it.evaluations.iter().find(|one| one.id == id).ok_or_else(Refusal::not_found)?;
        let mut body = self.evaluation_json(&it, evaluation);
        let form = self.form_of(evaluation);
        if let Some(answers) = evaluation.answers() {
            body["answers"] = evaluation_answers(form.id, &answers);
        }
        if call.parameters("expand").iter().any(|asked| asked.split(',').any(|word| word == "evaluationForm")) {
            body["evaluationForm"] = self.form_json(evaluation.form);
        }
        Ok(body.to_string().into_bytes())
    }

    /// `GET quality/conversations/{conversationId}/surveys`.
    pub(crate) fn surveys_of_conversation(&self, call: &Call) -> Result<Vec<u8>, Refusal> {
        let it = self.conversation(Self::in_path(call, "{conversationId}")?, call)?;
        let all: Vec<Value> = it.surveys.iter().map(|survey| self.survey_json(&it, survey)).collect();
        Ok(Value::Array(all).to_string().into_bytes())
    }

    /// `GET quality/surveys/{surveyId}`.
    pub(crate) fn one_survey(&self, call: &Call) -> Result<Vec<u8>, Refusal> {
        let id = Self::in_path(call, "{surveyId}")?;
        let it = self.conversation(id.sibling(SURVEY), call)?;
        let survey = it.surveys.iter().find(|one| one.id == id).ok_or_else(Refusal::not_found)?;
        Ok(self.survey_json(&it, survey).to_string().into_bytes())
    }

    pub(super) fn evaluation_json(&self, it: &Conversation, evaluation: &Evaluation) -> Value {
        let form = self.form_of(evaluation);
        let (form, name) = (form.id.to_string(), &form.name);
        let (status, changed) = evaluation.steps.last();
        let mut body = json!({
            "id": evaluation.id.to_string(),
            "conversation": named("conversations", it.id),
            "evaluationForm": {
                "id": form,
                "name": name,
                "contextId": form,
                "published": true,
                "selfUri": format!("/api/v2/quality/forms/evaluations/{form}"),
            },
            "evaluator": named("users", evaluation.evaluator),
            "agent": named("users", evaluation.user),
            "status": status.to_uppercase(),
            "agentHasRead": false,
            "assignedDate": iso(evaluation.steps.made()),
            "changedDate": iso(changed),
            "queue": named("routing/queues", evaluation.queue),
            "divisionIds": it.divisions.iter().map(Uuid::to_string).collect::<Vec<_>>(),
            "rescore": false,
            "conversationDate": iso(it.start),
            "neverRelease": false,
            "evaluationContextId": form,
            "selfUri": format!("/api/v2/quality/conversations/{}/evaluations/{}", it.id, evaluation.id),
        });
        if let Some((answers, at)) = evaluation.answers().zip(evaluation.finished()) {
            body["answers"] = totals(&answers);
            body["releaseDate"] = json!(iso(at));
        }
        if let Some(end) = it.end {
            body["conversationEndDate"] = json!(iso(end));
        }
        body
    }

    fn survey_json(&self, it: &Conversation, survey: &Survey) -> Value {
        let form = self.survey_form();
        let (id, name) = (form.id.to_string(), &form.name);
        let mut body = json!({
            "id": survey.id.to_string(),
            "conversation": named("conversations", it.id),
            "surveyForm": {
                "id": id,
                "name": name,
                "contextId": id,
                "language": "en-US",
                "published": true,
                "selfUri": format!("/api/v2/quality/forms/surveys/{id}"),
            },
            "agent": named("users", survey.user),
            "status": survey.steps.last().0,
            "queue": named("routing/queues", survey.queue),
            "surveyType": "Web",
            "selfUri": format!("/api/v2/quality/surveys/{}", survey.id),
        });
        if let Some((_, promoter)) = survey.scores() {
            body["answers"] = json!(survey.answers().map(|answers| survey_answers(form.id, &answers, promoter)));
            body["completedDate"] = json!(survey.finished().map(iso));
        }
        body
    }

    /// Whether an id is that of an evaluation or a survey which anyone may know of by now.
    pub(crate) fn is_judgement(&self, id: Uuid, now: i64) -> bool {
        let of = |tag: u64| Some(self.traffic.build(self.traffic.find(id.sibling(tag))?).seen_at(now));
        of(EVALUATION).is_some_and(|it| it.evaluations.iter().any(|one| one.id == id))
            || of(SURVEY).is_some_and(|it| it.surveys.iter().any(|one| one.id == id))
    }
}
