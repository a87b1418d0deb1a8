//! What recounts need of surveys that details do not tell: their answers, read one by one.

use serde_json::{Value, json};

use crate::caller::Caller;
use crate::present::list;
use crate::questions::{pick, text};
use crate::recount_families::{Fact, Thing};

/// Adds to the surveys of some conversations what was answered.
pub(crate) fn tell_answers(caller: &mut Caller, conversations: &mut [Value]) {
    for survey in conversations.iter_mut().flat_map(|it| it["surveys"].as_array_mut().into_iter().flatten()) {
        let target = format!("/api/v2/quality/surveys/{}", text(&survey["surveyId"]));
        survey["answers"] = caller.get(&target).parsed()["answers"].clone();
    }
}

/// What answers of surveys are told by.
const ANSWER: &[&str] = &["surveyAnswerId", "surveyQuestionGroupId", "surveyQuestionId"];

/// What the answers of a survey count for: those to a group and those to a question for that one alone, and all that
/// the survey itself counts for each of them.
pub(crate) fn answered(one: &Value, mut own: Thing, fact: impl Fn((&str, i64)) -> Fact) -> Vec<Thing> {
    let (mut things, mut all) = (Vec::new(), Vec::new());
    let said = |of: &&Value| of["markedNA"] == false;
    let thing = |answers: &[Value], responses: &str, score: &str, points: Option<f64>| {
        let mut dimensions = own.dimensions.clone();
        dimensions.extend(pick(answers, ANSWER));
        let facts = [Some((responses, 1)), points.map(|points| (score, points as i64))].into_iter().flatten();
        Thing { dimensions, facts: facts.map(&fact).collect() }
    };
    for group in list(&one["answers"], "questionGroupScores").iter().filter(said) {
        let row = |question: &Value| {
            json!({"surveyQuestionGroupId": group["questionGroupId"], "surveyQuestionId": question["questionId"],
                "surveyAnswerId": question["answerId"], "score": question["score"]})
        };
        let answers: Vec<Value> = list(group, "questionScores").iter().filter(said).map(row).collect();
        let points = group["totalScore"].as_f64().filter(|_| group["maxTotalScore"] != 0.0);
        things.push(thing(&answers, "nSurveyQuestionGroupResponses", "oSurveyQuestionGroupScore", points));
        things.extend(answers.iter().map(|answer| {
            let score = answer["score"].as_f64();
            thing(std::slice::from_ref(answer), "nSurveyQuestionResponses", "oSurveyQuestionScore", score)
        }));
        all.extend(answers);
    }
    own.dimensions.extend(pick(&all, ANSWER));
    things.push(own);
    things
}
