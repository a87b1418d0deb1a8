use serde_json::{Value, json};

use super::*;

const NOW: Now = Now { mono: 0, wall: 1_773_133_200_000 };

fn findings(value: &Value) -> Vec<Finding> {
    lint(&Report::from_json(value).unwrap_or_else(|error| panic!("{value}: {error}")), NOW)
}

#[test]
fn what_looks_wrong_is_a_warning_with_the_nearest_name() {
    #[rustfmt::skip]
    let table = [
        (json!({"report": "conversations", "interval": "today"}), "", ""),
        (json!({"report": "conversations", "interval": "today", "where": {"medaType": "voice"}}), "query.dimension", "mediaType"),
        (json!({"report": "conversations", "interval": "today", "query": {"segmentFilter": []}}), "query.body", "segmentFilters"),
        (json!({"report": "conversations", "interval": "today", "query": {"dateRange": "x"}}), "query.body", "interval"),
        (json!({"report": "aggregates", "interval": "today", "metrics": ["nOfferd"]}), "query.metric", "nOffered"),
        (json!({"report": "aggregates", "interval": "today", "metrics": ["conversationCount"]}), "query.metric", "nConversations"),
        (json!({"report": "aggregates", "interval": "today", "metrics": ["analytics:readonly"]}), "query.metric", ""),
        (json!({"report": "aggregates", "interval": "today", "metrics": ["nOffered"], "group_by": ["queueid"]}), "query.dimension", "queueId"),
        (json!({"report": "aggregates", "interval": "today", "metrics": ["nOffered"], "group_by": ["canonicalExternalContactId"]}), "query.dimension", ""),
        (json!({"report": "aggregates", "interval": "last-24h", "metrics": ["nOffered"], "granularity": "P1D"}), "query.granularity", ""),
        (json!({"report": "aggregates", "interval": "today", "time_zone": "Europe/Paris", "metrics": ["nOffered"], "granularity": "P1D"}), "", ""),
        (json!({"report": "conversations", "interval": "today", "query": {"order": "descending"}}), "query.body", ""),
        (json!({"report": "conversations", "interval": "today", "query": {"orderBy": "conversationstart"}}), "query.body", "conversationStart"),
        (json!({"report": "conversations", "interval": "today", "query": {"order": 1}}), "query.body", ""),
        (json!({"report": "conversations", "interval": "2027-03-09"}), "query.interval", ""),
        (json!({"report": "aggregates", "interval": "2024-01-01/2026-01-01", "metrics": ["nOffered"]}), "query.interval", ""),
        (json!({"report": "observations", "metrics": ["oWating"]}), "query.metric", "oWaiting"),
        (json!({"report": "observations", "where": {"userId": "x"}}), "query.dimension", ""),
    ];
    for (value, code, near) in table {
        let found = findings(&value);
        match found.as_slice() {
            [] => assert_eq!(code, "", "{value}"),
            [one] => {
                assert_eq!((one.level, one.error.kind.code()), (Level::Warning, code), "{value}");
                let first = one.error.explanation.nearest.first().map_or("", String::as_str);
                assert!(near.is_empty() || first == near, "{value}: {first}");
            }
            many => panic!("{value}: {many:?}"),
        }
        if code.is_empty() {
            continue;
        }
        let mut strict = value.clone();
        strict["strict"] = true.into();
        assert!(matches!(findings(&strict).as_slice(), [one] if one.level == Level::Error), "{strict}");
    }
}

#[test]
fn granularities() {
    for (text, meant) in [
        ("30m", "PT30M"),
        ("1h", "PT1H"),
        ("daily", "P1D"),
        ("P30M", ""),
        ("PT1D", "P1D"),
        ("1 hour", "PT1H"),
        ("15 min", "PT15M"),
        ("P0D", ""),
        ("", ""),
    ] {
        match names::granularity(text) {
            Ok(()) => assert_eq!(text, "P30M", "thirty months are a period"),
            Err(error) => assert_eq!(error.explanation.nearest.first().map_or("", String::as_str), meant, "{text}"),
        }
    }
    for text in ["PT15M", "PT30M", "PT1H", "P1D", "P1DT12H", "P1W", "P1M"] {
        assert!(names::granularity(text).is_ok(), "{text}");
    }
}
