//! The answers of evaluations and surveys are to their forms' questions, and come to the scores told everywhere else.

use std::collections::{BTreeMap, BTreeSet};

use pegcount_sandbox::time::{DAY, iso};
use serde_json::{Value, json};

use crate::caller::Caller;
use crate::evaluations::evaluations;
use crate::quality::recent;

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is no number"))
}

/// The forms of a kind, one by one.
fn forms(caller: &mut Caller, kind: &str) -> Vec<Value> {
    let listed = caller.get(&format!("/api/v2/quality/{kind}")).parsed();
    let ids = list(&listed["entities"]).iter().map(|form| text(&form["id"]).to_string());
    ids.map(|id| caller.get(&format!("/api/v2/quality/{kind}/{id}")).parsed()).collect()
}

fn questions(form: &Value) -> impl Iterator<Item = &Value> {
    list(&form["questionGroups"]).iter().flat_map(|group| list(&group["questions"]))
}

#[test]
fn forms_ask() {
    let mut caller = Caller::new("admin");
    let mut ids = BTreeSet::new();
    let evaluations = forms(&mut caller, "forms/evaluations");
    let surveys = forms(&mut caller, "forms/surveys");
    assert_eq!((evaluations.len(), surveys.len()), (2, 1));
    for form in evaluations.iter().chain(&surveys) {
        for group in list(&form["questionGroups"]) {
            assert!(ids.insert(text(&group["id"])) && !text(&group["name"]).is_empty());
            for question in list(&group["questions"]) {
                assert!(ids.insert(text(&question["id"])) && !text(&question["text"]).is_empty());
                let options = list(&question["answerOptions"]);
                assert_eq!(question["type"] == "multipleChoiceQuestion", options.len() > 1, "{question}");
                assert!(options.iter().all(|option| ids.insert(text(&option["id"])) && option["value"].is_i64()));
            }
        }
        assert!(questions(form).count() > 6);
    }
    for form in &evaluations {
        assert!(
            questions(form).any(|one| one["isKill"] == true) && questions(form).any(|one| one["isCritical"] == true)
        );
        assert!(questions(form).all(|one| one["type"] == "multipleChoiceQuestion"));
    }
    let nps = questions(&surveys[0]).filter(|one| one["type"] == "npsQuestion").count();
    assert_eq!((nps, questions(&surveys[0]).filter(|one| one["type"] == "freeTextQuestion").count()), (1, 1));
    for (kind, told) in [("evaluations", &evaluations), ("surveys", &surveys)] {
        let published = forms(&mut caller, &format!("publishedforms/{kind}"));
        let of = |forms: &[Value]| forms.iter().map(|form| form["questionGroups"].clone()).collect::<Vec<_>>();
        assert_eq!(of(&published), of(told));
        for shelf in ["forms", "publishedforms"] {
            let listed = caller.get(&format!("/api/v2/quality/{shelf}/{kind}")).parsed();
            assert!(list(&listed["entities"]).iter().all(|form| form.get("questionGroups").is_none()));
        }
    }
    let mut other = Caller::with("admin", |options| options.seed = 9);
    assert_ne!(forms(&mut other, "forms/surveys")[0]["questionGroups"][0]["id"], surveys[0]["questionGroups"][0]["id"]);
}

/// What questions of a group are worth: what was got and what there was to get, by whether they are critical.
#[derive(Clone, Copy, Default)]
struct Points([(f64, f64); 2]);

impl Points {
    fn all(self) -> (f64, f64) {
        let [plain, critical] = self.0;
        (plain.0 + critical.0, plain.1 + critical.1)
    }

    fn add(&mut self, other: Self, weight: f64) {
        for (sum, one) in self.0.iter_mut().zip(other.0) {
            *sum = (sum.0 + one.0 * weight, sum.1 + one.1 * weight);
        }
    }
}

fn per_cent((got, of): (f64, f64)) -> f64 {
    100.0 * got / of
}

/// Compares the scores of a group with its questions, and counts its points.
fn reckon(group: &Value, scores: &Value, seen: &mut BTreeMap<&'static str, usize>) -> Points {
    let mut points = Points::default();
    assert_eq!(scores["questionGroupId"], group["id"]);
    let marked = scores["markedNA"] == true;
    assert!(!marked || group["naEnabled"] == true);
    let answered = list(&scores["questionScores"]);
    assert_eq!(answered.len(), list(&group["questions"]).len());
    for (question, score) in list(&group["questions"]).iter().zip(answered) {
        let mut count = |what| *seen.entry(what).or_default() += 1;
        assert_eq!((&score["questionId"], &score["systemMarkedNA"]), (&question["id"], &json!(false)));
        if score["markedNA"] == true {
            assert!(marked || question["naEnabled"] == true);
            assert!(score.get("answerId").is_none() && score.get("freeTextAnswer").is_none());
            count("not applicable");
            continue;
        }
        assert!(!marked);
        if question["type"] != "multipleChoiceQuestion" {
            assert!(score.get("answerId").is_none() && score.get("score").is_none());
            continue;
        }
        let options = list(&question["answerOptions"]);
        let chosen = options.iter().find(|option| option["id"] == score["answerId"]).unwrap();
        assert_eq!(score["score"], chosen["value"]);
        let most = options.iter().map(|option| number(&option["value"])).fold(0.0, f64::max);
        let is_critical = question["isCritical"] == true;
        points.0[usize::from(is_critical)].0 += number(&score["score"]);
        points.0[usize::from(is_critical)].1 += most;
        if is_critical && number(&score["score"]) < most {
            count("critical");
        }
        assert_eq!(score.get("failedKillQuestion"), (question["isKill"] == true).then_some(&json!(false)));
        assert!(question["isKill"] != true || number(&score["score"]) == most);
        assert_eq!(score.get("comments").is_some(), question["commentsRequired"] == true);
    }
    points
}

fn is_near(told: &Value, reckoned: f64) {
    assert!((number(told) - reckoned).abs() < 1e-3, "{told} is not {reckoned}");
}

#[test]
fn answers_of_evaluations_come_to_their_scores() {
    let mut caller = Caller::new("admin");
    let forms = forms(&mut caller, "forms/evaluations");
    let mut seen = BTreeMap::new();
    let mut finished = 0;
    for it in recent(&mut caller) {
        for told in list(&it["evaluations"]) {
            let (conversation, id) = (text(&it["conversationId"]), text(&told["evaluationId"]));
            let target = format!("/api/v2/quality/conversations/{conversation}/evaluations/{id}");
            let one = caller.get(&target).parsed();
            let form = forms.iter().find(|form| form["id"] == told["formId"]).unwrap();
            assert!(one["evaluationForm"].get("questionGroups").is_none());
            let expanded = caller.get(&format!("{target}?expand=evaluationForm")).parsed();
            assert_eq!(expanded["evaluationForm"]["questionGroups"], form["questionGroups"]);
            assert_eq!(expanded["answers"], one["answers"]);
            if told["evaluationStatus"] != "Finished" {
                assert!(one.get("answers").is_none());
                continue;
            }
            finished += 1;
            let answers = &one["answers"];
            let (mut raw, mut weighted) = (Points::default(), Points::default());
            assert_eq!(list(&answers["questionGroupScores"]).len(), list(&form["questionGroups"]).len());
            for (group, scores) in list(&form["questionGroups"]).iter().zip(list(&answers["questionGroupScores"])) {
                let points = reckon(group, scores, &mut seen);
                let weight = if form["weightMode"] == "SCALED" { number(&group["weight"]) } else { 1.0 };
                let mut with_weight = Points::default();
                with_weight.add(points, weight);
                for (points, suffix) in [(with_weight, ""), (points, "Unweighted")] {
                    let [plain, critical] = points.0;
                    for (kind, (got, of)) in [("", points.all()), ("Critical", critical), ("NonCritical", plain)] {
                        is_near(&scores[format!("total{kind}Score{suffix}")], got);
                        is_near(&scores[format!("maxTotal{kind}Score{suffix}")], of);
                    }
                }
                raw.add(points, 1.0);
                weighted.add(points, weight);
            }
            let [plain, critical] = weighted.0;
            is_near(&answers["totalScore"], per_cent(weighted.all()));
            is_near(&answers["totalCriticalScore"], per_cent(critical));
            is_near(&answers["totalNonCriticalScore"], per_cent(plain));
            is_near(&answers["maxTotalRawScore"], raw.all().1);
            is_near(&answers["maxTotalRawCriticalScore"], raw.0[1].1);
            assert_eq!(answers["anyFailedKillQuestions"], false);
            assert_eq!(answers["totalScore"].as_f64(), told["oTotalScore"].as_f64());
            assert_eq!(answers["totalCriticalScore"].as_f64(), told["oTotalCriticalScore"].as_f64());
        }
    }
    assert!(finished > 20 && seen["critical"] > 5 && seen["not applicable"] > 1, "{finished} {seen:?}");
}

#[test]
fn lists_tell_totals_and_only_when_they_are_asked_for() {
    let mut caller = Caller::new("admin");
    let plain = evaluations(&mut caller, 7, "");
    let full = evaluations(&mut caller, 7, "&expandAnswerTotalScores=true");
    let end = iso(caller.now);
    let range = json!({"type": "DATE_RANGE", "field": "conversationDate", "startValue": iso(caller.now - 20 * DAY), "endValue": end});
    let found = caller
        .ask("/api/v2/quality/evaluations/search", json!({"pageSize": 100, "sortOrder": "DESC", "query": [range]}));
    let mut searched = 0;
    for (plain, full) in plain.iter().zip(&full) {
        assert_eq!(plain["id"], full["id"]);
        assert!(plain.get("answers").is_none());
        let answers = full.get("answers");
        assert_eq!(answers.is_some(), full["status"] == "FINISHED");
        assert_eq!(full["evaluationForm"]["questionGroups"], json!([]));
        let Some(answers) = answers else { continue };
        assert!(answers.get("questionGroupScores").is_none());
        let one = caller.get(text(&full["selfUri"])).parsed();
        for total in ["totalScore", "totalCriticalScore", "totalNonCriticalScore", "anyFailedKillQuestions"] {
            assert!(!answers[total].is_null());
            assert_eq!(answers[total], one["answers"][total]);
        }
        if let Some(found) = list(&found["results"]).iter().find(|found| found["id"] == full["id"]) {
            assert_eq!(&found["answers"], answers);
            assert!(found["evaluationForm"].get("questionGroups").is_none());
            searched += 1;
        }
    }
    assert!(searched > 10, "{searched}");
}

#[test]
fn answers_of_surveys_come_to_their_scores() {
    let mut caller = Caller::new("admin");
    let form = forms(&mut caller, "forms/surveys").remove(0);
    let of_kind = |kind: &str| text(&questions(&form).find(|one| one["type"] == kind).unwrap()["id"]).to_string();
    let (nps, free) = (of_kind("npsQuestion"), of_kind("freeTextQuestion"));
    let mut seen = BTreeMap::new();
    let (mut finished, mut said, mut explained) = (0, 0, 0);
    for told in recent(&mut caller).iter().flat_map(|it| list(&it["surveys"])) {
        let one = caller.get(&format!("/api/v2/quality/surveys/{}", text(&told["surveyId"]))).parsed();
        if told["surveyStatus"] != "Finished" {
            assert!(one.get("answers").is_none());
            continue;
        }
        finished += 1;
        let answers = &one["answers"];
        let mut sum = Points::default();
        let groups = list(&answers["questionGroupScores"]);
        assert_eq!(groups.len(), list(&form["questionGroups"]).len());
        for (group, scores) in list(&form["questionGroups"]).iter().zip(groups) {
            let points = reckon(group, scores, &mut seen);
            is_near(&scores["totalScore"], points.all().0);
            is_near(&scores["maxTotalScore"], points.all().1);
            sum.add(points, 1.0);
        }
        is_near(&answers["totalScore"], per_cent(sum.all()));
        assert_eq!(answers["totalScore"].as_f64(), told["oSurveyTotalScore"].as_f64());
        let of =
            |id: &str| groups.iter().flat_map(|one| list(&one["questionScores"])).find(|one| one["questionId"] == id);
        assert_eq!(of(&nps).unwrap()["npsScore"], told["surveyPromoterScore"]);
        assert_eq!(answers["npsScore"], told["surveyPromoterScore"]);
        said += usize::from(of(&free).unwrap()["freeTextAnswer"].is_string());
        explained += usize::from(of(&nps).unwrap()["npsTextAnswer"].is_string());
    }
    assert!(finished > 20 && said > 5 && said < finished, "{finished} {said}");
    assert!(explained > 5 && explained < finished && seen["not applicable"] >= finished - said, "{explained} {seen:?}");
}

/// Figures of a metric by the ids that group it: count and sum, and of counters the count alone.
type Figures = BTreeMap<(String, Vec<String>), (i64, i64)>;

#[test]
fn answers_of_surveys_are_counted_question_by_question() {
    const COUNTED: &str = "/api/v2/analytics/surveys/aggregates/query";
    // Some of its customers leave out a group of questions.
    let mut caller = Caller::with("admin", |options| options.seed = 8);
    let interval = format!("{}/{}", iso(caller.now - 7 * DAY), iso(caller.now));
    let (mut expected, mut answered, mut finished) = (Figures::new(), BTreeMap::new(), 0);
    let mut add = |metric: &str, ids: &[&Value], value: Option<f64>| {
        let ids = ids.iter().map(|id| id.as_str().unwrap_or_default().to_string()).collect();
        let is_counter = metric.starts_with('n');
        let Some(value) = value.map(|value| if is_counter { 0 } else { value as i64 }) else { return };
        let figure = expected.entry((metric.to_string(), ids)).or_default();
        *figure = (figure.0 + 1, figure.1 + value);
    };
    // What was sent back in these days may be about a thread that began long before.
    let all = [14, 7].map(|days| {
        let interval = format!("{}/{}", iso(caller.now - days * DAY), iso(caller.now - (days - 7) * DAY));
        caller.page_through(json!({"interval": interval}))
    });
    let surveys = all.iter().flatten().flat_map(|it| list(&it["surveys"]));
    let surveys: BTreeMap<&str, &Value> = surveys.map(|told| (text(&told["surveyId"]), told)).collect();
    for (id, told) in surveys {
        if told["surveyCompletedDate"].as_str().is_none_or(|at| at < &interval[..24]) {
            continue;
        }
        finished += 1;
        let one = caller.get(&format!("/api/v2/quality/surveys/{id}")).parsed();
        for group in list(&one["answers"]["questionGroupScores"]).iter().filter(|one| one["markedNA"] == false) {
            let id = &group["questionGroupId"];
            add("nSurveyQuestionGroupResponses", &[id], Some(1.0));
            let score = group["totalScore"].as_f64().filter(|_| number(&group["maxTotalScore"]) > 0.0);
            add("oSurveyQuestionGroupScore", &[id], score);
            for question in list(&group["questionScores"]).iter().filter(|one| one["markedNA"] == false) {
                let (id, answer) = (&question["questionId"], &question["answerId"]);
                add("nSurveyQuestionResponses", &[id, answer], Some(1.0));
                add("oSurveyQuestionScore", &[id, answer], question["score"].as_f64());
                *answered.entry(text(id).to_string()).or_insert(0) += 1;
            }
        }
    }
    let mut ask = |metrics: &[&str], group_by: &[&str], filter: Value| {
        let mut query = json!({"interval": interval, "metrics": metrics, "groupBy": group_by});
        if filter.is_object() {
            query["filter"] = filter;
        }
        let mut figures = Figures::new();
        for result in list(&caller.ask(COUNTED, query)["results"]) {
            let ids: Vec<String> =
                group_by.iter().map(|name| result["group"][*name].as_str().unwrap_or_default().into()).collect();
            for metric in list(&result["data"][0]["metrics"]) {
                let stats = &metric["stats"];
                let figure = (stats["count"].as_i64().unwrap(), stats["sum"].as_f64().unwrap_or_default() as i64);
                figures.insert((text(&metric["metric"]).to_string(), ids.clone()), figure);
            }
        }
        figures
    };
    let groups = ["nSurveyQuestionGroupResponses", "oSurveyQuestionGroupScore"];
    let questions = ["nSurveyQuestionResponses", "oSurveyQuestionScore"];
    let mut counted = ask(&groups, &["surveyQuestionGroupId"], Value::Null);
    counted.extend(ask(&questions, &["surveyQuestionId", "surveyAnswerId"], Value::Null));
    assert_eq!(counted, expected);
    // A filter leaves the surveys that have such an answer, and of what counts answers these alone.
    for (question, responses) in &answered {
        let only = json!({"type": "and", "predicates": [{"dimension": "surveyQuestionId", "value": question}]});
        let figures = ask(&["nSurveyResponses", "nSurveyQuestionResponses"], &[], only);
        let same =
            ["nSurveyQuestionResponses", "nSurveyResponses"].map(|name| ((name.to_string(), vec![]), (*responses, 0)));
        assert_eq!(figures, same.into());
    }
    let in_part = answered.values().filter(|count| **count < finished).count();
    assert!(finished > 20 && answered.len() == 8 && in_part == 2, "{finished} {answered:?}");
}
