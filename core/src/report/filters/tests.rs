use serde_json::json;

use super::*;

fn compiled(wishes: Value) -> (Value, Vec<Error>) {
    let Value::Object(wishes) = wishes else { panic!() };
    let (mut body, mut findings) = (Map::new(), Findings::new(false));
    details(&wishes, &mut body, &mut findings).unwrap_or_else(|error| panic!("{error}"));
    (Value::Object(body), findings.warnings)
}

#[test]
fn each_dimension_finds_its_filter() {
    let matches = |dimension: &str, value: &str| json!({"type": "dimension", "dimension": dimension, "operator": "matches", "value": value});
    #[rustfmt::skip]
    let table = [
        (json!({}), json!({})),
        (json!({"mediaType": "voice"}), json!({"segmentFilters": [{"type": "and", "predicates": [matches("mediaType", "voice")]}]})),
        (json!({"queueId": ["a", "b"], "mediaType": "voice"}), json!({"segmentFilters": [{"type": "and",
            "clauses": [{"type": "or", "predicates": [matches("queueId", "a"), matches("queueId", "b")]}],
            "predicates": [matches("mediaType", "voice")]}]})),
        (json!({"conversationEnd": {"exists": true}}), json!({"conversationFilters": [{"type": "and", "predicates": [
            {"type": "dimension", "dimension": "conversationEnd", "operator": "exists"}]}]})),
        (json!({"conversationEnd": {"exists": false}, "divisionId": "d"}), json!({"conversationFilters": [{"type": "and", "predicates": [
            {"type": "dimension", "dimension": "conversationEnd", "operator": "notExists"}, matches("divisionId", "d")]}]})),
        (json!({"tHandle": {"gte": 1000, "lt": 5000.5}}), json!({"conversationFilters": [{"type": "and", "predicates": [
            {"type": "metric", "metric": "tHandle", "operator": "matches", "range": {"gte": 1000, "lt": 5000.5}}]}]})),
        (json!({"tSegmentDuration": {"gt": 1}}), json!({"segmentFilters": [{"type": "and", "predicates": [
            {"type": "metric", "metric": "tSegmentDuration", "operator": "matches", "range": {"gt": 1}}]}]})),
        (json!({"evaluatorId": "e", "surveyFormId": "s", "customerParticipation": true, "nNextContactAvoided": 1}), json!({
            "evaluationFilters": [{"type": "and", "predicates": [matches("evaluatorId", "e")]}],
            "surveyFilters": [{"type": "and", "predicates": [matches("surveyFormId", "s")]}],
            "conversationFilters": [{"type": "and", "predicates": [matches("customerParticipation", "true")]}],
            "resolutionFilters": [{"type": "and", "predicates": [{"type": "metric", "metric": "nNextContactAvoided", "operator": "matches", "value": "1"}]}]})),
    ];
    for (wishes, expected) in table {
        let (body, warnings) = compiled(wishes.clone());
        assert_eq!(body, expected, "{wishes}");
        assert_eq!(warnings, [], "{wishes}");
    }
}

#[test]
fn an_unknown_dimension_goes_to_the_segments_with_a_warning() {
    let (body, warnings) = compiled(json!({"queueID": "a"}));
    assert_eq!(body["segmentFilters"][0]["predicates"][0]["dimension"], "queueID");
    assert_eq!(warnings.len(), 1);
    assert_eq!(warnings[0].explanation.nearest.first().map(String::as_str), Some("queueId"));
}

#[test]
fn filters_of_the_users_own_stay() {
    let mut body = Map::from_iter([("segmentFilters".to_owned(), json!([{"type": "or", "predicates": []}]))]);
    let Value::Object(wishes) = json!({"queueId": "a"}) else { panic!() };
    details(&wishes, &mut body, &mut Findings::new(true)).unwrap();
    assert_eq!(body["segmentFilters"].as_array().unwrap().len(), 2);
}
