//! What no column can hold is kept to the last digit, and no value that is odd takes the rest of the page with it.
use crate::leaves::report;
use pegcount::tables::write::ndjson;
use pegcount::{ErrorKind, PageContext, decode, decode_only};
use serde_json::{Value, json};

const CONVERSATIONS: &str = r#"{"report":"conversations"}"#;
const LONG: &str = r#"{"report":"aggregates","of":"conversations"}"#;
const WIDE: &str = r#"{"report":"aggregates","of":"conversations","wide":true}"#;
const OBSERVATIONS: &str = r#"{"report":"observations","of":"queues"}"#;
const DIRECTORY: &str = r#"{"report":"directory","of":"users"}"#;

/// The rows of a table, keys without a value left out.
fn rows(context: &PageContext, body: &str, table: &str) -> Vec<Value> {
    let tables = decode(context, body.as_bytes()).unwrap();
    let mut out = Vec::new();
    ndjson(&tables.get(table).unwrap().batch, &mut out);
    String::from_utf8(out).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn a_value_that_no_column_holds_is_kept_to_the_last_digit() {
    for (key, raw) in [
        ("conversationInitiator", "123456789012345678901234567890"),
        ("conversationInitiator", "1.10"),
        ("conversationEnd", "1.7e12"),
        ("selfServed", "0.0"),
        ("divisionIds", "2.50"),
        ("externalTag", r#"{ "a" : [1.10, "\u00e9"] }"#),
        ("unknown", r#"{ "a" : [1.10, "\u00e9"] }"#),
        (r#"a \"name\""#, "1"),
        ("mediaStatsMinConversationMos", "1e400"),
        // Kept, although a float column would take it for nothing.
        ("mediaStatsMinConversationMos", "1E-400"),
        ("mediaStatsMinConversationMos", "-0.01e-330"),
        ("externalTag", r#""cut in the middle: \ud83d""#),
        ("participants", "4.20"),
        ("participants", "[4.20]"),
    ] {
        let body = format!(r#"{{"conversations":[{{"conversationId":"a","{key}":{raw}}},{{"conversationId":"b"}}]}}"#);
        let rows = rows(&report(CONVERSATIONS), &body, "conversations");
        assert_eq!(rows[0]["_extra"], json!(format!(r#"{{"{key}":{raw}}}"#)));
        assert_eq!([&rows[0]["conversation_id"], &rows[1]["conversation_id"]], ["a", "b"], "{key}: {raw}");
    }
    let body = r#"{"participants":[{"attributes":{"rate":1.10}}]}"#;
    let attributes = rows(&report(CONVERSATIONS), body, "participant_attributes");
    assert_eq!(attributes, [json!({"name": "rate", "_extra": r#"{"value":1.10}"#})]);
}

#[test]
fn one_odd_value_changes_nothing_else() {
    let sample = crate::leaves::sample("conversation-detail-1");
    let plain = format!(r#"{{"conversations":[{sample},{{"conversationId":"odd"}}]}}"#);
    let odd = plain.replace(r#"{"conversationId":"odd"}"#, r#"{"conversationId":"odd","externalTag":1.10}"#);
    let context = report(CONVERSATIONS);
    let [plain, odd] = [&plain, &odd].map(|body| decode(&context, body.as_bytes()).unwrap());
    for (plain, odd) in plain.iter().zip(odd.iter()) {
        let columns = plain.batch.num_columns() - usize::from(plain.name == "conversations");
        assert_eq!(plain.batch.columns()[..columns], odd.batch.columns()[..columns], "{}", plain.name);
    }
}

#[test]
fn an_interval_that_comes_twice_is_one_wide_row() {
    let interval = |hour: u32| format!("2026-03-09T{hour:02}:00:00.000Z/2026-03-09T{:02}:00:00.000Z", hour + 1);
    let bucket = |hour: u32, metric: &str, n: u32, stray: &str| json!({"interval": interval(hour), "metrics": [{"metric": metric, "stats": {"count": n}}], stray: n});
    let data = [bucket(10, "nX", 1, "a"), bucket(11, "nY", 7, "b"), bucket(10, "nY", 9, "c")];
    let rows = rows(&report(WIDE), &json!({"results": [{"data": data}]}).to_string(), "aggregates");
    let [first, second] = rows.as_slice() else { panic!("{rows:?}") };
    assert_eq!([&first["n_x"], &first["n_y"], &first["_extra"]], [&json!(1), &json!(9), &json!(r#"{"a":1,"c":9}"#)]);
    assert_eq!([&second["n_y"], &second["_extra"]], [&json!(7), &json!(r#"{"b":7}"#)]);
}

#[test]
fn intervals_that_nobody_can_read_stay_apart() {
    let data = json!([{"interval": "x", "metrics": []}, {"interval": "y", "metrics": []}]);
    let rows = rows(&report(WIDE), &json!({"results": [{"data": data}]}).to_string(), "aggregates");
    assert_eq!(rows, [json!({"_extra": r#"{"interval":"x"}"#}), json!({"_extra": r#"{"interval":"y"}"#})]);
}

#[test]
fn a_group_without_values_is_a_row_and_no_zero() {
    for (of, table) in [(LONG, "aggregates"), (WIDE, "aggregates"), (OBSERVATIONS, "observations")] {
        for data in [json!(null), json!([])] {
            let body = json!({"results": [{"group": {"queueId": "q"}, "data": data}]}).to_string();
            assert_eq!(rows(&report(of), &body, table), [json!({"queue_id": "q"})], "{of}");
        }
    }
    let data = json!([{"metrics": [{"metric": "nX"}, {"metric": "nY", "stats": {}}]}, {"metrics": []}]);
    let body = json!({"results": [{"data": data}]}).to_string();
    let metric = |name: &str| json!({"metric": name, "is_view": false});
    assert_eq!(rows(&report(LONG), &body, "aggregates"), [metric("nX"), metric("nY"), json!({})]);
    let wide = rows(&report(WIDE), &body, "aggregates");
    let extra: Value = serde_json::from_str(wide[0]["_extra"].as_str().unwrap()).unwrap();
    assert_eq!([&extra["metrics"][0]["metric"], &extra["metrics"][1]["metric"]], ["nX", "nY"]);
}

#[test]
fn what_stands_in_place_of_the_rows_is_an_error() {
    for (of, key) in [(LONG, "results"), (WIDE, "results"), (OBSERVATIONS, "results"), (DIRECTORY, "entities")] {
        for (value, expected) in [(json!("x"), Err(ErrorKind::AnswerUnexpected)), (json!(null), Ok(()))] {
            let result = decode(&report(of), json!({key: value}).to_string().as_bytes());
            assert_eq!(result.map(|_| ()).map_err(|error| error.kind), expected, "{of} {value}");
        }
    }
}

#[test]
fn every_report_knows_its_tables() {
    for of in [CONVERSATIONS, LONG, OBSERVATIONS, DIRECTORY] {
        let context = report(of);
        assert_eq!(decode_only(&context, b"{}", &["nope"]).unwrap_err().kind, ErrorKind::QueryBody, "{of}");
        for table in decode(&context, b"{}").unwrap() {
            let alone = decode_only(&context, b"{}", &[&table.name]).unwrap();
            assert_eq!(alone.into_iter().collect::<Vec<_>>(), [table]);
        }
    }
}

#[test]
fn what_is_finer_than_its_column_is_kept_whole_as_well() {
    for (key, raw, column, value) in [
        (
            "conversationStart",
            r#""2026-03-09T12:00:00.123456Z""#,
            "conversation_start",
            json!("2026-03-09T12:00:00.123Z"),
        ),
        (
            "mediaStatsMinConversationMos",
            "9007199254740993",
            "media_stats_min_conversation_mos",
            json!(9_007_199_254_740_992_u64),
        ),
        (
            "mediaStatsMinConversationMos",
            "0.12345678901234567890",
            "media_stats_min_conversation_mos",
            json!(0.123_456_789_012_345_68),
        ),
    ] {
        let body = format!(r#"{{"conversations":[{{"{key}":{raw}}}]}}"#);
        let rows = rows(&report(CONVERSATIONS), &body, "conversations");
        assert_eq!([&rows[0][column], &rows[0]["_extra"]], [&value, &json!(format!(r#"{{"{key}":{raw}}}"#))]);
    }
    let huge = "123456789012345678901234567890";
    let body = format!(r#"{{"conversations":[{{"mediaStatsMinConversationMos":{huge}}}]}}"#);
    let kept = rows(&report(CONVERSATIONS), &body, "conversations");
    assert_eq!(kept[0]["_extra"], json!(format!(r#"{{"mediaStatsMinConversationMos":{huge}}}"#)));
    for raw in ["9007199254740993", "0.12345678901234567890", huge] {
        let body =
            format!(r#"{{"results":[{{"data":[{{"metrics":[{{"metric":"nX","stats":{{"count":{raw}}}}}]}}]}}]}}"#);
        let rows = rows(&report(LONG), &body, "aggregates");
        assert_eq!(rows[0]["_extra"], json!(format!(r#"{{"value":{raw}}}"#)));
    }
}

#[test]
fn a_key_that_is_no_unicode_is_kept_as_it_came() {
    for (body, table) in [
        (r#"{"conversations":[{"\ud83d":1}]}"#, "conversations"),
        (r#"{"conversations":[{"participants":[{"\ud83d":1}]}]}"#, "participants"),
        (r#"{"conversations":[{"participants":[{"attributes":{"\ud83d":1}}]}]}"#, "participant_attributes"),
    ] {
        let rows = rows(&report(CONVERSATIONS), body, table);
        assert_eq!(rows[0]["_extra"], json!(r#"{"\ud83d":1}"#), "{table}");
    }
}

#[test]
fn what_is_no_conversation_is_a_row_of_its_own() {
    let body = r#"{"conversations":[null,{"conversationId":"a"},[1.10]]}"#;
    let rows = rows(&report(CONVERSATIONS), body, "conversations");
    assert_eq!(rows[0]["_extra"], json!(r#"{"conversation":null}"#));
    assert_eq!(rows[1]["conversation_id"], "a");
    assert_eq!(rows[2]["_extra"], json!(r#"{"conversation":[1.10]}"#));
}

#[test]
fn a_dimension_that_comes_twice_is_kept_twice() {
    let body = r#"{"results":[{"group":{"queueId":"1","queueId":"2"},"data":[]}]}"#;
    for of in [LONG, WIDE, OBSERVATIONS] {
        let table = if of == OBSERVATIONS { "observations" } else { "aggregates" };
        assert_eq!(rows(&report(of), body, table), [json!({"queue_id": "1", "_extra": r#"{"queueId":"2"}"#})]);
    }
}

#[test]
fn an_error_is_no_empty_table() {
    let mut context = report(CONVERSATIONS);
    context.request_id = Some("r".into());
    context.operation = Some("POST /x".into());
    (context.status, context.attempts) = (Some(200), 2);
    let error = decode(&context, br#"{"message":"no","code":"internal.server.error","status":500}"#).unwrap_err();
    assert_eq!(error.kind, ErrorKind::AnswerUnexpected);
    assert!(error.message.contains("internal.server.error: no"), "{error}");
    assert_eq!((error.status, error.request_id.as_deref(), error.attempts), (Some(200), Some("r"), 2));
    assert_eq!(error.operation.as_deref(), Some("POST /x"));
    for of in [LONG, WIDE, OBSERVATIONS, DIRECTORY] {
        let error = decode(&report(of), br#"{"message":"no","status":503}"#).unwrap_err();
        assert_eq!(error.kind, ErrorKind::AnswerUnexpected, "{of}");
    }
    let deep = format!(r#"{{"conversations":[{}]}}"#, r#"{"participants":[{"sessions":["#.repeat(100));
    let error = decode(&report(CONVERSATIONS), deep.as_bytes()).unwrap_err();
    assert_ne!(error.kind, ErrorKind::AnswerNotJson, "{error}");
}
