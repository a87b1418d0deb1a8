//! What was made of each agent's evaluations in a time, and what each evaluator made in it: times are those of their
//! assignment (documentation of the operations).

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::quality::named;
use super::{Page, fits, listing, named_so};
use crate::directory::User;
use crate::org::{Call, Org};
use crate::refusal::Refusal;
use crate::traffic::Evaluation;
use crate::uuid::Uuid;

/// Which parameters say whose activity is told, whether there was any or not.
const SELECT: [&str; 4] = ["agentUserId", "agentTeamId", "group", "name"];

impl Org {
    /// `GET quality/agents/activity`: of all users, of those that are selected, or of those whom an evaluator evaluated.
    pub(crate) fn agents_activity(&mut self, call: &Call) -> Result<Vec<u8>, Refusal> {
        let page = Page::of(call, 500)?;
        let mut of_agent: BTreeMap<Uuid, Vec<Evaluation>> = BTreeMap::new();
        for (_, evaluation) in self.evaluations_between(call, Self::span(call)?, |it| it.steps.made()) {
            if evaluation.score().is_some() && self.is_asked_for(call, &evaluation) {
                of_agent.entry(evaluation.user).or_default().push(evaluation);
            }
        }
        let says = |name: &str| call.parameter(name).is_some_and(|asked| !asked.is_empty());
        let (selects, evaluates) = (SELECT.into_iter().any(says), says("evaluatorUserId"));
        // Users that are no longer active are those of callers who do not select any.
        let is_in_state = |user: &User| match (call.parameter("userState"), user.state) {
            (Some("Any"), _) | (_, "active") => true,
            (_, "inactive") => evaluates || !selects,
            _ => false,
        };
        let is_shown = |user: &&User| {
            is_in_state(user)
                && self.is_selected(call, user)
                && (of_agent.contains_key(&user.entity.id)
                    || (selects || !evaluates) && call.sees(&[self.directory.divisions[user.entity.division].id]))
        };
        let users = self.directory.users.iter().filter(is_shown).map(|user| user.entity.id);
        let rows = users.map(|user| row_of_agent(user, of_agent.get(&user).map_or(&[], Vec::as_slice)));
        Ok(listing(call, page, rows.collect()))
    }

    /// `GET quality/evaluators/activity`.
    pub(crate) fn evaluators_activity(&mut self, call: &Call) -> Result<Vec<u8>, Refusal> {
        let page = Page::of(call, 500)?;
        let mut counts: BTreeMap<Uuid, [i64; 3]> = BTreeMap::new();
        for (_, evaluation) in self.evaluations_between(call, Self::span(call)?, |it| it.steps.made()) {
            if self.is_asked_for(call, &evaluation) && self.is_called(call, evaluation.evaluator) {
                // Each step leads over the one before.
                let counts = counts.entry(evaluation.evaluator).or_default();
                counts.iter_mut().zip(evaluation.steps.all()).for_each(|(count, _)| *count += 1);
            }
        }
        let rows = counts.into_iter().map(|(user, [assigned, started, completed])| {
            json!({
                "id": user.to_string(),
                "evaluator": named("users", user),
                "numEvaluationsAssigned": assigned,
                "numEvaluationsStarted": started,
                "numEvaluationsCompleted": completed,
                "numCalibrationsAssigned": 0,
                "numCalibrationsStarted": 0,
                "numCalibrationsCompleted": 0,
            })
        });
        Ok(listing(call, page, rows.collect()))
    }

    /// Whether a user is one of those that parameters select.
    fn is_selected(&self, call: &Call, user: &User) -> bool {
        fits(call, "agentUserId", Some(user.entity.id))
            && fits(call, "agentTeamId", Some(self.directory.teams[user.team].id))
            && self.is_called(call, user.entity.id)
    }

    /// Whether the name and a group of a user are those that parameters name.
    fn is_called(&self, call: &Call, user: Uuid) -> bool {
        let Some(at) = self.directory.user_index(user) else { return false };
        let group = call.parameter("group").filter(|asked| !asked.is_empty()).map(Uuid::parse);
        let is_in = |id: Option<Uuid>| {
            let group = self.directory.groups.iter().position(|group| Some(group.id) == id);
            group.is_some_and(|group| self.directory.is_in_group(at, group))
        };
        named_so(call, &self.directory.users[at].entity.name) && group.is_none_or(is_in)
    }
}

/// An agent's numbers, and how many evaluations each evaluator gave; no average of none.
fn row_of_agent(user: Uuid, evaluations: &[Evaluation]) -> Value {
    let scores: Vec<i64> = evaluations.iter().filter_map(Evaluation::score).collect();
    let critical: Vec<i64> = evaluations.iter().filter_map(Evaluation::critical_score).collect();
    let mut row = json!({
        "id": user.to_string(),
        "agent": named("users", user),
        "numEvaluations": scores.len(),
        "numCriticalEvaluations": critical.len(),
    });
    if let Some((mean, low, high)) = spread(&scores) {
        row["averageEvaluationScore"] = json!(mean as i64);
        row["highestEvaluationScore"] = json!(high);
        row["lowestEvaluationScore"] = json!(low);
    }
    if let Some((mean, low, high)) = spread(&critical) {
        row["averageCriticalScore"] = json!(mean);
        row["highestCriticalScore"] = json!(high);
        row["lowestCriticalScore"] = json!(low);
    }
    let mut by: BTreeMap<Uuid, Vec<i64>> = BTreeMap::new();
    for evaluation in evaluations {
        by.entry(evaluation.evaluator).or_default().extend(evaluation.score());
    }
    let by = by.into_iter().filter_map(|(evaluator, scores)| {
        let (mean, ..) = spread(&scores)?;
        Some(json!({
            "id": evaluator.to_string(),
            "agent": named("users", user),
            "evaluator": named("users", evaluator),
            "numEvaluations": scores.len(),
            "averageEvaluationScore": mean as i64,
        }))
    });
    row["agentEvaluatorActivityList"] = by.collect();
    row
}

/// The mean, the least and the most of scores, if there are any.
fn spread(scores: &[i64]) -> Option<(f64, f64, f64)> {
    let (low, high) = (*scores.iter().min()?, *scores.iter().max()?);
    Some((scores.iter().sum::<i64>() as f64 / scores.len() as f64, low as f64, high as f64))
}
