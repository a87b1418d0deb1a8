//! Forms and answers to them, as they are told.

use serde_json::{Value, json};

use super::rows::FOUNDED;
use super::shelf::Row;
use crate::directory::Named;
use crate::org::{Call, Org};
use crate::refusal::Refusal;
use crate::time::iso;
use crate::traffic::forms::{self, Answers, FORMS, Form, Group, Kind, Points, Question, Which};
use crate::traffic::{Evaluation, Survey};
use crate::uuid::Uuid;

/// The id of a group of a form, of a question in it, of an option of that.
fn inside(form: Uuid, place: &[usize]) -> Value {
    json!(forms::inside(form, place).to_string())
}

/// The groups of a form with their questions.
fn groups(id: Uuid, form: &Form, is_survey: bool) -> Vec<Value> {
    let told = form.groups.iter().enumerate().map(|(at, group)| {
        let group_id = inside(id, &[at]);
        let of_group = group.questions.iter().enumerate();
        let questions: Vec<Value> = of_group.map(|(n, asked)| question(id, &[at, n], asked, is_survey)).collect();
        let mut body = json!({
            "id": group_id,
            "contextId": group_id,
            "name": group.name,
            "naEnabled": group.optional,
            "questions": questions,
        });
        if !is_survey {
            body["defaultAnswersToHighest"] = json!(false);
            body["defaultAnswersToNA"] = json!(false);
            body["weight"] = json!(group.weight as f64);
            body["manualWeight"] = json!(form.scaled);
        }
        body
    });
    told.collect()
}

fn question(form: Uuid, place: &[usize], asked: &Question, is_survey: bool) -> Value {
    let id = inside(form, place);
    let mut body = json!({
        "id": id,
        "contextId": id,
        "text": asked.text,
        "type": match asked.kind {
            Kind::Promoter => "npsQuestion",
            Kind::Text => "freeTextQuestion",
            _ => "multipleChoiceQuestion",
        },
        "naEnabled": asked.kind == Kind::Text,
    });
    if !is_survey {
        body["commentsRequired"] = json!(asked.kind == Kind::Critical);
        body["isKill"] = json!(asked.kind == Kind::Fatal);
        body["isCritical"] = json!(asked.is_critical());
    }
    if asked.kind == Kind::Promoter {
        body["explanationPrompt"] = json!("Why?");
    }
    if asked.options.is_empty() {
        body["maxResponseCharacters"] = json!(4000);
    } else {
        let options = asked.options.iter().enumerate().map(|(at, (text, points))| {
            let id = inside(form, &[place, &[at]].concat());
            json!({"id": id, "contextId": id, "text": text, "value": points})
        });
        body["answerOptions"] = Value::Array(options.collect());
    }
    body
}

/// The answer to each question of a group; `say` adds to what was not left out.
fn question_scores(form: Uuid, answers: &Answers, at: usize, say: &dyn Fn(&Question, Points, &mut Value)) -> Value {
    let of_group = answers.form.groups[at].questions.iter().zip(&answers.chosen[at]).enumerate();
    let scores = of_group.map(|(n, (question, chosen))| {
        let is_said = answers.says(at, n);
        let mut body = json!({"questionId": inside(form, &[at, n]), "markedNA": !is_said, "systemMarkedNA": false});
        let mut points = Points::default();
        if let Some(chosen) = *chosen {
            points = Points { got: question.options[chosen].1, of: question.most() };
            body["answerId"] = inside(form, &[at, n, chosen]);
        }
        if !question.options.is_empty() {
            body["score"] = json!(points.got);
        }
        if is_said {
            say(question, points, &mut body);
        }
        body
    });
    Value::Array(scores.collect())
}

/// The scores of each group; `told` makes the body of one.
fn group_scores(form: Uuid, answers: &Answers, told: &dyn Fn(usize, &Group, &mut Value)) -> Value {
    let scores = answers.form.groups.iter().enumerate().map(|(at, group)| {
        let mut body = json!({
            "questionGroupId": inside(form, &[at]),
            "markedNA": answers.leaves_out(at),
            "systemMarkedNA": false,
        });
        told(at, group, &mut body);
        body
    });
    Value::Array(scores.collect())
}

/// The totals of an evaluation that is finished.
pub(super) fn totals(answers: &Answers) -> Value {
    json!({
        "totalScore": answers.weighted(|_| true).per_cent(),
        "totalCriticalScore": answers.weighted(Question::is_critical).per_cent(),
        "totalNonCriticalScore": answers.weighted(|asked| !asked.is_critical()).per_cent(),
        "anyFailedKillQuestions": false,
    })
}

/// The same with the answers.
pub(super) fn evaluation_answers(form: Uuid, answers: &Answers) -> Value {
    let kinds: [(&str, Which); 3] =
        [("", |_| true), ("Critical", Question::is_critical), ("NonCritical", |asked| !asked.is_critical())];
    let say = |question: &Question, points: Points, body: &mut Value| {
        if question.kind == Kind::Fatal {
            body["failedKillQuestion"] = json!(false);
        }
        if question.kind == Kind::Critical {
            let is_right = points.got == points.of;
            body["comments"] = json!(if is_right { "As it should be." } else { "See the knowledge base." });
        }
    };
    let mut body = totals(answers);
    body["questionGroupScores"] = group_scores(form, answers, &|at, group, body| {
        for (kind, which) in kinds {
            let points = answers.points(at, which);
            for (suffix, points) in [("", points.times(group.weight)), ("Unweighted", points)] {
                body[format!("total{kind}Score{suffix}")] = json!(points.got as f64);
                body[format!("maxTotal{kind}Score{suffix}")] = json!(points.of as f64);
            }
        }
        body["questionScores"] = question_scores(form, answers, at, &say);
    });
    let raw = |which: Which| (0..answers.form.groups.len()).map(|at| answers.points(at, which)).sum::<Points>().of;
    body["maxTotalRawScore"] = json!(raw(|_| true) as f64);
    body["maxTotalRawCriticalScore"] = json!(raw(Question::is_critical) as f64);
    if answers.wordy {
        body["comments"] = json!("Talked over with the agent.");
    }
    body
}

/// What a customer answered.
pub(super) fn survey_answers(form: Uuid, answers: &Answers, promoter: i64) -> Value {
    let words = match promoter {
        9.. => ["Quick and friendly.", "Nothing, thank you."],
        ..=6 => ["I had to explain it twice.", "Call me back when you say so."],
        _ => ["It was all right.", "Shorter waits."],
    };
    let say = |question: &Question, _: Points, body: &mut Value| match question.kind {
        Kind::Promoter => {
            body["npsScore"] = json!(promoter);
            if answers.wordy {
                body["npsTextAnswer"] = json!(words[0]);
            }
        }
        Kind::Text => body["freeTextAnswer"] = json!(words[1]),
        _ => {}
    };
    let scores = group_scores(form, answers, &|at, _, body| {
        let points = answers.points(at, |_| true);
        body["totalScore"] = json!(points.got as f64);
        body["maxTotalScore"] = json!(points.of as f64);
        body["questionScores"] = question_scores(form, answers, at, &say);
    });
    json!({
        "totalScore": answers.weighted(|_| true).per_cent(),
        "npsScore": promoter,
        "questionGroupScores": scores,
    })
}

impl Org {
    /// The form of an evaluation.
    pub(super) fn form_of(&self, evaluation: &Evaluation) -> &Named {
        &self.directory.forms[evaluation.form.min(self.directory.forms.len() - 1)]
    }

    /// The form of every survey.
    pub(super) fn survey_form(&self) -> &Named {
        &self.directory.forms[Survey::FORM]
    }

    /// Evaluation forms: all but the last.
    pub(super) fn evaluation_form_rows(&self, call: &Call) -> Result<Vec<Row>, Refusal> {
        Ok((0..Survey::FORM).map(|at| self.form_row(call, at)).collect())
    }

    /// The one survey form.
    pub(super) fn survey_form_rows(&self, call: &Call) -> Result<Vec<Row>, Refusal> {
        let mut row = self.form_row(call, Survey::FORM);
        row.body["language"] = json!("en-US");
        row.body["disabled"] = json!(false);
        Ok(vec![row])
    }

    /// A form, with its questions where it is asked for by its id.
    fn form_row(&self, call: &Call, at: usize) -> Row {
        let form = &self.directory.forms[at];
        let kind = if at == Survey::FORM { "surveys" } else { "evaluations" };
        let shelf = if call.path.contains("publishedforms") { "publishedforms" } else { "forms" };
        let mut body = self.form_json(at);
        body["selfUri"] = json!(format!("/api/v2/quality/{shelf}/{kind}/{}", form.id));
        if call.placeholder("{formId}").is_none()
            && let Some(body) = body.as_object_mut()
        {
            body.shift_remove("questionGroups");
        }
        Row { id: form.id, name: form.name.clone(), division: None, body }
    }

    /// A form with its questions.
    pub(super) fn form_json(&self, at: usize) -> Value {
        let (form, asked) = (&self.directory.forms[at], &FORMS[at]);
        let id = form.id.to_string();
        let is_survey = at == Survey::FORM;
        let kind = if is_survey { "surveys" } else { "evaluations" };
        let mut body = json!({
            "id": id,
            "name": form.name,
            "modifiedDate": iso(FOUNDED),
            "published": true,
            "contextId": id,
            "questionGroups": groups(form.id, asked, is_survey),
            "selfUri": format!("/api/v2/quality/forms/{kind}/{id}"),
        });
        if !is_survey {
            body["weightMode"] = json!(if asked.scaled { "SCALED" } else { "OFF" });
        }
        body
    }
}
