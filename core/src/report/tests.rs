use serde_json::json;

use super::*;
use crate::plan::{PagePlace, Steps};

/// 2026-03-10T09:00:00Z.
const NOW: Now = Now { mono: 0, wall: 1_773_133_200_000 };

fn plan(value: Value) -> Plan {
    Report::from_json(&value).and_then(|report| report.plan(NOW)).unwrap_or_else(|error| panic!("{value}: {error}"))
}

fn refusal(value: &Value) -> Error {
    Report::from_json(value).and_then(|report| report.plan(NOW)).expect_err(&value.to_string())
}

fn only_ask(plan: Plan) -> crate::plan::Ask {
    match plan.steps {
        Steps::Each(asks) if asks.len() == 1 => asks.into_iter().next().unwrap(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_unknown_key_is_told_with_the_nearest_and_the_belief() {
    for (value, near, belief) in [
        (json!({"report": "conversation"}), "conversations", false),
        (json!({"report": "conversations", "intervall": "x"}), "interval", false),
        (json!({"report": "conversations", "dateRange": "x"}), "interval", true),
        (json!({"report": "conversations", "date_from": "x"}), "interval", true),
        (json!({"report": "aggregates", "groupBy": []}), "group_by", false),
        (json!({"report": "aggregates", "view_id": "x"}), "", true),
    ] {
        let error = Report::from_json(&value).expect_err("unknown");
        assert_eq!(error.kind, ErrorKind::QueryBody);
        assert_eq!(error.explanation.nearest.first().map_or("", String::as_str), near, "{value}");
        assert_eq!(error.explanation.belief.is_some(), belief, "{value}");
    }
    let wrong = Report::from_json(&json!({"report": "conversations", "ids": "x"})).expect_err("type");
    assert!(wrong.message.contains("`ids`"), "{wrong}");
    for name in Report::NAMES {
        let report = Report::from_json(&json!({"report": name, "page_size": null})).ok();
        assert!(report.is_some() == matches!(*name, "call" | "conversations" | "directory"), "{name}");
    }
}

#[test]
fn a_report_survives_the_way_through_json() {
    for value in [
        json!({"report": "conversations", "interval": "yesterday", "where": {"mediaType": "voice"}}),
        json!({"report": "aggregates", "of": "conversations", "interval": "2026-03", "metrics": ["nOffered"]}),
        json!({"report": "observations", "of": "queues", "where": {"queueId": ["a"]}}),
        json!({"report": "directory", "of": "users", "params": {"expand": ["skills"]}}),
        json!({"report": "call", "method": "GET", "path": "/api/v2/users/me"}),
    ] {
        let report = Report::from_json(&value).unwrap();
        let again = serde_json::to_value(&report).unwrap();
        assert_eq!(Report::from_json(&again).unwrap(), report);
        assert_eq!(serde_json::from_value::<Report>(again).unwrap(), report);
    }
}

#[test]
fn what_one_query_cannot_span_is_left_to_jobs_unless_the_query_is_ones_own() {
    for (more, both) in [
        (json!({"interval": "2026-03-01/2026-03-08"}), false),
        (json!({"interval": "2026-03-01/2026-03-09"}), true),
        (json!({"interval": "2026-03-01/2026-03-09", "via": "query"}), false),
        (json!({"interval": "2026-03-01/2026-03-09", "where": {"mediaType": "voice"}}), false),
        (json!({"interval": "2026-01-01/2026-03-09", "where": {"mediaType": "voice"}}), true),
        (json!({"query": {"interval": "2026-03-01/2026-03-09", "segmentFilters": []}}), true),
        (json!({"query": {"interval": "2026-03-01/2026-03-09", "orderBy": "conversationEnd"}}), false),
    ] {
        let mut report = json!({"report": "conversations"});
        report.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        assert_eq!(matches!(plan(report).steps, Steps::Auto(_)), both, "{more}");
    }
}

#[test]
fn details_are_cut_into_windows_by_the_rule() {
    for (interval, filter, windows) in [
        ("2026-03-01/2026-03-08", json!({}), 1),
        ("2026-03-01/2026-03-09", json!({}), 2),
        ("2026-03", json!({}), 5),
        ("2026-03", json!({"mediaType": "voice"}), 1),
        ("2026-01-01/2026-03-01", json!({"mediaType": "voice"}), 2),
    ] {
        let plan = plan(json!({"report": "conversations", "interval": interval, "where": filter, "via": "query"}));
        let Steps::Conversations(pages) = plan.steps else { panic!() };
        assert_eq!(pages.windows.len(), windows, "{interval} {filter}");
        assert_eq!((pages.page_size, pages.keep_outside), (100, false));
        assert_eq!(plan.operation, "POST /api/v2/analytics/conversations/details/query");
    }
    let Steps::Conversations(pages) = plan(json!({"report": "conversations", "query": {"interval": "2026-03-09/2026-03-10", "orderBy": "conversationEnd", "paging": {"pageSize": 20, "pageNumber": 3}}})).steps else { panic!() };
    assert_eq!(Value::Object(pages.body), json!({"orderBy": "conversationEnd"}));
    assert_eq!(pages.page_size, 20);
}

#[test]
fn ids_are_asked_in_batches_each_once() {
    let ids: Vec<String> = (0..120).map(|id| format!("c{}", id % 110)).collect();
    let Steps::Each(asks) = plan(json!({"report": "conversations", "ids": ids})).steps else { panic!() };
    assert_eq!(asks.iter().map(|ask| ask.query.len()).collect::<Vec<_>>(), [50, 50, 10]);
    assert!(
        asks.iter().all(|ask| ask.path == "/api/v2/analytics/conversations/details" && ask.method == http::Method::GET)
    );
}

#[test]
fn aggregates_compile() {
    let ask = only_ask(plan(
        json!({"report": "aggregates", "interval": "2026-03-09", "time_zone": "europe/paris", "group_by": ["mediaType"],
        "metrics": ["nOffered", "tHandle"], "granularity": "PT30M", "where": {"queueId": ["a", "b"], "direction": "inbound"}}),
    ));
    assert_eq!(ask.path, "/api/v2/analytics/conversations/aggregates/query");
    assert_eq!(
        ask.body.unwrap(),
        json!({"interval": "2026-03-08T23:00:00.000Z/2026-03-09T23:00:00.000Z", "groupBy": ["mediaType"], "metrics": ["nOffered", "tHandle"],
            "timeZone": "Europe/Paris", "granularity": "PT30M", "filter": {"type": "and",
            "clauses": [{"type": "or", "predicates": [
                {"type": "dimension", "dimension": "queueId", "operator": "matches", "value": "a"},
                {"type": "dimension", "dimension": "queueId", "operator": "matches", "value": "b"}]}],
            "predicates": [{"type": "dimension", "dimension": "direction", "operator": "matches", "value": "inbound"}]}})
    );
}

#[test]
fn observations_name_queues_or_list_them_first() {
    let ask = only_ask(plan(
        json!({"report": "observations", "of": "queues", "where": {"queueId": "a"}, "metrics": ["oWaiting"]}),
    ));
    assert_eq!(ask.body.unwrap()["filter"]["predicates"][0]["value"], "a");
    let Steps::PerEntity(per) = plan(json!({"report": "observations", "where": {"mediaType": "voice"}})).steps else {
        panic!()
    };
    let body = per.ask_for(&["x".to_owned()]).body.unwrap();
    assert_eq!(body["metrics"].as_array().unwrap().len(), 11);
    assert_eq!(body["filter"]["predicates"][0]["value"], "voice");
    assert_eq!(body["filter"]["clauses"][0]["predicates"][0]["value"], "x");
}

#[test]
fn directories() {
    for of in directory::Directory::kinds() {
        let plan = plan(json!({"report": "directory", "of": of}));
        assert_eq!(matches!(plan.steps, Steps::Listing(_)), of != "presence_definitions", "{of}");
    }
    let Steps::Listing(listing) =
        plan(json!({"report": "directory", "of": "users", "params": {"expand": ["skills", "team"]}})).steps
    else {
        panic!()
    };
    let pairs: Vec<String> = listing.ask.query.iter().map(|(key, value)| format!("{key}={value}")).collect();
    assert_eq!((pairs.join("&").as_str(), listing.page_size), ("expand=skills&expand=team&state=any", Some(500)));
    let Steps::Listing(listing) =
        plan(json!({"report": "directory", "of": "users", "params": {"state": "active"}})).steps
    else {
        panic!()
    };
    assert_eq!(listing.ask.query, [("state".to_owned(), "active".to_owned())]);
}

#[test]
fn calls() {
    #[rustfmt::skip]
    let table = [
        (json!({"path": "/api/v2/users/me"}), "GET /api/v2/users/me ", true),
        (json!({"path": "https://api.mypurecloud.ie/api/v2/users/me?expand=a%20b"}), "GET /api/v2/users/me expand=a b", true),
        (json!({"path": "/api/v2/conversations/{conversationId}/x", "params": {"conversationId": "a/b é", "n": 2, "on": true, "l": ["x", "y"]}}), "GET /api/v2/conversations/a%2Fb%20%C3%A9/x n=2&on=true&l=x&l=y", true),
        (json!({"method": "post", "path": "/api/v2/analytics/queues/observations/query", "body": {}}), "POST /api/v2/analytics/queues/observations/query ", true),
        (json!({"method": "POST", "path": "/api/v2/analytics/conversations/details/jobs", "body": {}}), "POST /api/v2/analytics/conversations/details/jobs ", false),
        (json!({"method": "POST", "path": "/api/v2/audits/query", "body": {}}), "POST /api/v2/audits/query ", false),
        (json!({"method": "PATCH", "path": "/api/v2/users/x", "body": {}}), "PATCH /api/v2/users/x ", false),
        (json!({"method": "DELETE", "path": "/api/v2/users/x y"}), "DELETE /api/v2/users/x%20y ", true),
        (json!({"path": "/api/v2/routing/queues", "paging": "none"}), "GET /api/v2/routing/queues ", true),
        (json!({"path": "/api/v2/routing/queues?pageNumber=2"}), "GET /api/v2/routing/queues pageNumber=2", true),
    ];
    for (mut value, expected, repeatable) in table {
        value["report"] = "call".into();
        let plan = plan(value);
        let ask = only_ask(plan);
        assert_eq!(ask.repeatable, repeatable, "{expected}");
        let pairs: Vec<String> = ask.query.iter().map(|(key, value)| format!("{key}={value}")).collect();
        assert_eq!(format!("{} {} {}", ask.method, ask.path, pairs.join("&")), expected);
    }
    let paged = |value: Value| match plan(value).steps {
        Steps::Listing(listing) => (listing.ask.query, listing.page_size),
        other => panic!("{other:?}"),
    };
    assert_eq!(
        paged(json!({"report": "call", "path": "/api/v2/routing/queues?pageSize=25&name=x"})),
        (vec![("name".to_owned(), "x".to_owned())], Some(25))
    );
    assert_eq!(paged(json!({"report": "call", "path": "/api/v2/routing/queues"})).1, Some(100));
    assert_eq!(paged(json!({"report": "call", "path": "/api/v2/license/users"})).1, None, "its largest is not known");
    let details = |body: Value| {
        plan(json!({"report": "call", "method": "POST", "path": "/api/v2/analytics/conversations/details/query", "body": body})).steps
    };
    assert!(
        matches!(details(json!({"interval": "2026-03-09/2026-03-10"})), Steps::Conversations(pages) if pages.keep_outside)
    );
    assert!(matches!(
        details(json!({"interval": "2026-03-09/2026-03-10", "paging": {"pageSize": 5, "pageNumber": 1}})),
        Steps::Each(_)
    ));
}

#[test]
fn every_style_of_paging_is_followed() {
    let steps = |method: &str, path: &str, body: Value| {
        plan(json!({"report": "call", "method": method, "path": path, "body": body})).steps
    };
    let listing = |method, path, body| match steps(method, path, body) {
        Steps::Listing(listing) => (listing.place, listing.page_size),
        other => panic!("{other:?}"),
    };
    let users = "/api/v2/analytics/users/details/query";
    let asked = json!({"interval": "2026-03-09/2026-03-10", "paging": {"pageSize": 50}});
    assert_eq!(listing("POST", users, asked), (PagePlace::Paging, Some(50)));
    assert_eq!(listing("POST", "/api/v2/teams/search", json!({"pageSize": 5})), (PagePlace::Body, Some(5)));
    assert_eq!(listing("GET", "/api/v2/groups", Value::Null), (PagePlace::Query, Some(100)));
    let cursor = "/api/v2/analytics/conversations/details/jobs/{jobId}/results";
    for (method, path, body) in [
        ("GET", cursor.replace("{jobId}", "j"), Value::Null),
        ("GET", "/api/v2/teams".to_owned(), Value::Null),
        ("POST", "/api/v2/usage/events/query".to_owned(), json!({})),
    ] {
        assert!(matches!(steps(method, &path, body), Steps::Follow(_)), "{path}");
    }
    for (method, path, body) in [
        ("GET", "/api/v2/teams?after=x", Value::Null),
        ("POST", "/api/v2/teams/search", json!({"pageNumber": 2})),
        ("POST", users, json!({"paging": {"pageNumber": 2}})),
    ] {
        assert!(matches!(steps(method, path, body), Steps::Each(_)), "whoever writes a page wants that page: {path}");
    }
}

#[test]
fn jobs() {
    let job = |value: Value| match plan(value).steps {
        Steps::Job(job) => *job,
        other => panic!("{other:?}"),
    };
    let day = "2026-03-09/2026-03-10";
    let details =
        job(json!({"report": "conversations", "via": "job", "interval": day, "where": {"mediaType": "voice"}}));
    assert_eq!(details.path, "/api/v2/analytics/conversations/details/jobs");
    assert_eq!(details.body["startOfDayIntervalMatching"], true);
    assert_eq!(details.body["interval"], "2026-03-09T00:00:00.000Z/2026-03-10T00:00:00.000Z");
    assert!(details.body.contains_key("segmentFilters"));
    assert!(details.complete.is_some_and(|complete| !complete.partial));
    assert_eq!(details.results.ask.query, [("pageSize".to_owned(), "500".to_owned())]);
    assert!(details.results.starts.is_some());
    let overlap = json!({"startOfDayIntervalMatching": false});
    let details = job(json!({"report": "conversations", "via": "job", "interval": day, "query": overlap}));
    assert_eq!(details.results.starts, None, "by overlap, every row is meant");
    let known = job(json!({"report": "conversations", "job": "a1-b2"}));
    assert_eq!((known.known.as_deref(), known.complete), (Some("a1-b2"), None));
    let wishes = json!({"report": "aggregates", "via": "job", "interval": day, "metrics": ["nOffered"], "query": {"pageSize": 9}});
    let aggregates = job(wishes);
    assert_eq!(aggregates.path, "/api/v2/analytics/conversations/aggregates/jobs");
    assert_eq!(aggregates.body["pageSize"], 9);
    let known = job(json!({"report": "aggregates", "job": "a1-b2", "wide": true}));
    assert_eq!(known.known.as_deref(), Some("a1-b2"));
    for wrong in [
        json!({"report": "conversations", "job": "../x"}),
        json!({"report": "conversations", "job": "j", "via": "query"}),
        json!({"report": "conversations", "job": "j", "ids": ["a"]}),
        json!({"report": "aggregates", "job": "j", "interval": day}),
    ] {
        assert_eq!(refusal(&wrong).kind, ErrorKind::QueryBody, "{wrong}");
    }
}

#[test]
fn calls_are_compared_with_the_catalogue() {
    let warnings = |value: Value| plan(value).warnings;
    let invented = warnings(json!({"report": "call", "path": "/api/v2/analytics/reporting/queues/summary"}));
    assert_eq!(invented.iter().map(|error| error.kind).collect::<Vec<_>>(), [ErrorKind::NotFoundOperation]);
    assert!(!invented[0].explanation.nearest.is_empty());
    let strict = json!({"report": "call", "path": "/api/v2/analytics/reporting/queues/summary", "strict": true});
    assert_eq!(refusal(&strict).kind, ErrorKind::NotFoundOperation);
    assert_eq!(warnings(json!({"report": "call", "path": "/api/v2/license/users"})), []);
    assert_eq!(warnings(json!({"report": "call", "path": "/api/v2/users/me"})), []);
    assert_eq!(warnings(json!({"report": "call", "path": "/api/v2/routing/queues"})), []);
}

#[test]
fn what_the_server_would_refuse_is_refused_here() {
    #[rustfmt::skip]
    let table = [
        (json!({"report": "conversations"}), "query.interval"),
        (json!({"report": "conversations", "interval": "2026-03-10/2026-03-09"}), "query.interval"),
        (json!({"report": "conversations", "interval": "today", "query": {"interval": "x"}}), "query.interval"),
        (json!({"report": "conversations", "interval": "today", "page_size": 101}), "query.paging"),
        (json!({"report": "conversations", "interval": "today", "page_size": 0}), "query.paging"),
        (json!({"report": "conversations", "interval": "today", "query": {"paging": {"pageSize": 500}}}), "query.paging"),
        (json!({"report": "conversations", "ids": ["a", " "]}), "query.body"),
        (json!({"report": "conversations", "ids": ["a"], "interval": "today"}), "query.body"),
        (json!({"report": "conversations", "interval": "today", "where": {"queueId": []}}), "query.dimension"),
        (json!({"report": "conversations", "interval": "today", "where": {"queueId": {"not": "a"}}}), "query.dimension"),
        (json!({"report": "conversations", "interval": "today", "where": {"queueId": null}}), "query.dimension"),
        (json!({"report": "conversations", "interval": "today", "where": {"queueIdd": "a"}, "strict": true}), "query.dimension"),
        (json!({"report": "conversations", "interval": "today", "query": {"dateRange": "x"}, "strict": true}), "query.body"),
        (json!({"report": "conversations", "interval": "today", "query": {"segmentFilters": {}}, "where": {"queueId": "a"}}), "query.body"),
        (json!({"report": "aggregates", "interval": "today"}), "query.metric"),
        (json!({"report": "aggregates", "of": "users", "interval": "today", "metrics": ["tAgentRoutingStatus"]}), "query.body"),
        (json!({"report": "aggregates", "interval": "today", "metrics": ["nOffered"], "granularity": "30m"}), "query.granularity"),
        (json!({"report": "aggregates", "interval": "today", "metrics": ["nOfered"], "strict": true}), "query.metric"),
        (json!({"report": "aggregates", "interval": "today", "metrics": ["nOffered"], "time_zone": "Mars"}), "query.interval"),
        (json!({"report": "aggregates", "interval": "today", "metrics": ["nOffered"], "query": {"metrics": ["tHandle"]}}), "query.body"),
        (json!({"report": "aggregates", "interval": "today", "metrics": ["nOffered"], "query": {"filter": {}}, "where": {"queueId": "a"}}), "query.body"),
        (json!({"report": "observations", "of": "flows"}), "query.body"),
        (json!({"report": "directory", "of": "user"}), "query.body"),
        (json!({"report": "directory", "of": "users", "params": {"pageSize": 5}}), "query.paging"),
        (json!({"report": "call", "path": "/oauth/token"}), "query.body"),
        (json!({"report": "call", "path": "/api/v2/../x"}), "query.body"),
        (json!({"report": "call", "path": "https://evil.example/api/v2/users"}), "query.body"),
        (json!({"report": "call", "path": "/api/v2/users/{id}"}), "query.body"),
        (json!({"report": "call", "path": "/api/v2/users/{id}", "params": {"id": ".."}}), "query.body"),
        (json!({"report": "call", "path": "/api/v2/users/{id"}), "query.body"),
        (json!({"report": "call", "path": "/api/v2/users/me", "body": {}}), "query.body"),
        (json!({"report": "call", "method": "TRACE", "path": "/api/v2/users/me"}), "query.body"),
        (json!({"report": "call", "path": "/api/v2/x", "params": {"a": {}}}), "query.body"),
        (json!({"report": "call", "method": "POST", "path": "/api/v2/x", "paging": "pages"}), "query.paging"),
    ];
    for (value, code) in table {
        let error = refusal(&value);
        assert_eq!(error.kind.code(), code, "{value}: {error}");
    }
}

#[test]
fn whatever_is_written_nothing_panics() {
    let seeds = [
        "2026-03-09T00:00Z/P1D",
        "last-7d",
        "P1M/2026-03-01",
        "2026-W11",
        "https://api.mypurecloud.ie/api/v2/users/{id}?x=%41#f",
        "/api/v2/analytics/conversations/details/query",
        "US East (N. Virginia)",
        "http://[::1]:80/",
        "é{}}{/..%",
        "PT30M",
        "\u{feff}\u{0}",
    ];
    let pool: Vec<char> = seeds.concat().chars().collect();
    let mut state = 0x9e37_79b9_u64;
    let mut below = |bound: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % bound
    };
    for _ in 0..1_000 {
        let mut text: Vec<char> = seeds[below(seeds.len())].chars().collect();
        for _ in 0..=below(4) {
            match below(3) {
                0 if !text.is_empty() => drop(text.remove(below(text.len()))),
                1 if !text.is_empty() => {
                    let at = below(text.len());
                    text[at] = pool[below(pool.len())];
                }
                _ => text.insert(below(text.len() + 1), pool[below(pool.len())]),
            }
        }
        let text: String = text.into_iter().collect();
        let _ = crate::Region::parse(&text);
        let _ = crate::Region::from_urls(Some(&text), None);
        let _ = Interval::parse(&text, Some("Europe/Paris"), NOW.wall);
        for value in [
            json!({"report": text, "interval": text}),
            json!({"report": "conversations", "interval": text, "where": {&text: {&text: 1}}}),
            json!({"report": "aggregates", "interval": "today", "metrics": [text], "granularity": text}),
            json!({"report": "call", "path": text, "params": {"id": text, "x": text}}),
            json!({"report": "call", "method": text, "path": format!("/api/v2/{text}")}),
        ] {
            let _ = Report::from_json(&value).and_then(|report| report.plan(NOW));
        }
    }
}

#[test]
fn a_missing_interval_is_explained_by_what_was_written_for_it() {
    let report = Report::from_json(&json!({"report": "conversations", "query": {"dateRange": "x"}})).unwrap();
    let error = report.plan(Now { mono: 0, wall: 0 }).unwrap_err();
    assert_eq!(error.kind, ErrorKind::QueryInterval);
    assert!(error.explanation.evidence[0].contains("`dateRange`"), "{error:?}");
}

#[test]
fn what_no_table_holds_is_told() {
    let query = json!({"aggregations": [{"type": "termFrequency", "dimension": "mediaType"}]});
    let asked = json!({"report": "conversations", "interval": "2026-03-09", "query": query});
    let plan = Report::from_json(&asked).unwrap().plan(Now { mono: 0, wall: 0 }).unwrap();
    assert!(plan.warnings.iter().any(|warning| warning.message.contains("`aggregations`")));
}
