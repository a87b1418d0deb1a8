//! Sessions of bots are those that aggregates count, and their turns are lines of the transcript.

use std::collections::{BTreeMap, BTreeSet};

use pegcount_sandbox::time::{DAY, HOUR, Interval, SECOND, iso, parse_iso};
use serde_json::{Value, json};

use crate::caller::{Caller, sessions};
use crate::speech::transcribed;

const COUNTED: &str = "/api/v2/analytics/bots/aggregates/query";
const TURNS: [&str; 2] = ["reportingturns", "divisions/reportingturns"];

fn list<'a>(of: &'a Value, name: &str) -> &'a [Value] {
    of[name].as_array().map(Vec::as_slice).unwrap_or_default()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("{value}"))
}

fn at(value: &Value) -> i64 {
    parse_iso(text(value)).unwrap()
}

fn bots(caller: &mut Caller) -> Vec<String> {
    let flows = caller.get("/api/v2/flows?type=DIGITALBOT&pageSize=100").parsed();
    list(&flows, "entities").iter().map(|flow| text(&flow["id"]).to_string()).collect()
}

/// Everything below a bot, by following the links; `query` begins with `?` or is empty.
fn all(caller: &mut Caller, bot: &str, what: &str, query: &str) -> Vec<Value> {
    let (mut found, mut next) = (Vec::new(), format!("/api/v2/analytics/botflows/{bot}/{what}{query}"));
    loop {
        let answer = caller.get(&next);
        assert_eq!(answer.status, 200, "{next} {}", answer.parsed());
        let page = answer.parsed();
        found.extend(list(&page, "entities").iter().cloned());
        match page["nextUri"].as_str() {
            Some(uri) => next = uri.to_string(),
            None => return found,
        }
    }
}

fn within(interval: &str) -> String {
    format!("?pageSize=250&interval={}", interval.replace('/', "%2F"))
}

#[test]
fn sessions_and_turns_are_those_that_are_counted() {
    let mut caller = Caller::medium("admin");
    let interval = caller.day().text();
    let (mut listed, mut times, mut turned) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
    for bot in bots(&mut caller) {
        for session in all(&mut caller, &bot, "sessions", &within(&interval)) {
            assert_eq!(session["flow"]["id"], bot.as_str());
            let key = (bot.clone(), text(&session["botResult"]).to_string());
            *listed.entry(key).or_insert(0) += 1;
            let spent = at(&session["dateCompleted"]) - at(&session["dateCreated"]);
            *times.entry(bot.clone()).or_insert(0) += spent;
        }
        let turns = all(&mut caller, &bot, TURNS[0], &within(&interval));
        assert_eq!(turns, all(&mut caller, &bot, TURNS[1], &within(&interval)));
        for turn in turns {
            let action = &turn["askAction"];
            let key = [text(&action["actionId"]), text(&action["actionType"]), text(&turn["askActionResult"])];
            let key = (key.map(String::from), turn["intent"]["name"].as_str().map(String::from));
            *turned.entry(key).or_insert(0) += 1;
        }
    }
    assert!(times.len() == 3 && listed.values().sum::<i64>() > 200, "{listed:?}");
    let mut counted = |metric: &str, group_by: &[&str]| -> Vec<(Value, Value)> {
        let query = json!({"interval": interval, "metrics": [metric], "groupBy": group_by});
        let results = caller.ask(COUNTED, query);
        let one = |result: &Value| (result["group"].clone(), result["data"][0]["metrics"][0]["stats"].clone());
        list(&results, "results").iter().map(one).collect()
    };
    let of_bot = |(group, stats): (Value, Value)| {
        let key = (text(&group["botId"]).to_string(), text(&group["botResult"]).to_string());
        (key, stats["count"].as_i64().unwrap())
    };
    let by_result: BTreeMap<_, _> = counted("tBotSession", &["botId", "botResult"]).into_iter().map(of_bot).collect();
    assert_eq!(by_result, listed);
    let sums = counted("tBotSession", &["botId"]);
    let sums = sums.iter().map(|(group, stats)| (text(&group["botId"]).to_string(), stats["sum"].as_i64().unwrap()));
    assert_eq!(sums.collect::<BTreeMap<_, _>>(), times);
    let of_turn = |(group, stats): (Value, Value)| {
        let key = ["askActionId", "askActionType", "askActionResult"].map(|name| text(&group[name]).to_string());
        ((key, group["botIntent"].as_str().map(String::from)), stats["count"].as_i64().unwrap())
    };
    let by_turn = counted("nBotSessionTurns", &["askActionId", "askActionType", "askActionResult", "botIntent"]);
    let by_turn: BTreeMap<_, _> = by_turn.into_iter().map(of_turn).collect();
    assert_eq!(by_turn, turned);
    assert!(turned.len() > 20, "{turned:?}");
}

#[test]
fn what_a_session_came_to_is_counted_when_it_is_over() {
    const ALL: [&str; 5] = [
        "oBotSessionTurn",
        "oBotSessionQuery",
        "oBotSessionQuerySelfServed",
        "oBotSessionCollection",
        "oBotSessionCollectionSelfServed",
    ];
    type Figures = BTreeMap<(String, String), [i64; 4]>;
    let mut caller = Caller::new("admin");
    let interval = Interval { start: caller.day().end - 3 * DAY, end: caller.day().end };
    let mut expected = Figures::new();
    let mut add = |metric: &str, group: &str, value: i64| {
        let figure = expected.entry((metric.into(), group.into())).or_insert([0, 0, i64::MAX, i64::MIN]);
        *figure = [figure[0] + 1, figure[1] + value, figure[2].min(value), figure[3].max(value)];
    };
    for bot in bots(&mut caller) {
        let early = Interval { start: interval.start - HOUR, ..interval };
        let turns = all(&mut caller, &bot, TURNS[0], &within(&early.text()));
        for session in all(&mut caller, &bot, "sessions", &within(&interval.text())) {
            let said = turns.iter().filter(|turn| turn["sessionId"] == session["id"]);
            let count = |holds: fn(&Value) -> bool| said.clone().filter(|turn| holds(turn)).count() as i64;
            let queries = count(|turn| turn["intent"].is_object());
            let collections = count(|turn| turn["askActionResult"] == "SuccessCollection");
            let served = i64::from(session["botResultCategory"] != "Transfer");
            let counts = [count(|_| true), queries, served * queries, collections, served * collections];
            for (metric, value) in ALL.into_iter().zip(counts) {
                add(metric, &bot, value);
            }
        }
        let from = iso(interval.start);
        for turn in turns.iter().filter(|turn| text(&turn["dateCompleted"]) >= from.as_str()) {
            if let Some(intent) = turn["intent"]["name"].as_str() {
                add("oBotIntent", intent, 1);
            }
        }
    }
    let mut counted = Figures::new();
    for (metrics, group_by) in [(&ALL[..], "botId"), (&["oBotIntent"], "botIntent")] {
        let query = json!({"interval": interval.text(), "metrics": metrics, "groupBy": [group_by]});
        for result in list(&caller.ask(COUNTED, query), "results") {
            for metric in list(&result["data"][0], "metrics") {
                let figures = ["count", "sum", "min", "max"].map(|of| metric["stats"][of].as_i64().unwrap());
                let key = (text(&metric["metric"]).to_string(), text(&result["group"][group_by]).to_string());
                counted.insert(key, figures);
            }
        }
    }
    assert_eq!(counted, expected);
    let sum = |name: &str| counted.iter().filter(|((metric, _), _)| metric == name).map(|(_, it)| it[1]).sum::<i64>();
    let sums = ALL.map(sum);
    assert!(
        sums[0] > sums[1] && sums[1] > sums[2] && sums[1] > sums[3] && sums[3] > sums[4] && sums[4] > 0,
        "{sums:?}"
    );
}

#[test]
fn turns_are_the_lines_of_the_transcript() {
    let (mut lines, mut prompts, mut actions) = (0, 0, BTreeSet::new());
    for seed in 1..4 {
        let mut caller = Caller::with("admin", |options| options.seed = seed);
        let (inputs, answers) = compare_turns(&mut caller, &mut actions);
        (lines, prompts) = (lines + inputs, prompts + answers);
    }
    assert!(lines > 60 && prompts > 60 && actions.len() == 2, "{lines} {prompts} {actions:?}");
}

/// Compares the turns of the finished day with their transcripts; tells how many lines and prompts there were.
fn compare_turns(caller: &mut Caller, actions: &mut BTreeSet<String>) -> (usize, usize) {
    let files = transcribed(caller);
    let mut of: BTreeMap<String, (String, Value)> = BTreeMap::new();
    for bot in bots(caller) {
        for session in all(caller, &bot, "sessions", "?pageSize=250") {
            of.insert(text(&session["conversation"]["id"]).into(), (bot.clone(), session));
        }
    }
    let (mut lines, mut prompts) = (0, 0);
    for (it, files) in files {
        let parts = [it.clone()];
        let flow = sessions(&parts).into_iter().find(|(_, session)| session["flow"]["flowType"] == "DIGITALBOT");
        let Some((bot, session)) = of.get(text(&it["conversationId"])).cloned() else {
            assert!(flow.is_none(), "{}", it["conversationId"]);
            continue;
        };
        let (_, own) = flow.unwrap();
        let segment = &own["segments"][0];
        assert_eq!(own["sessionId"], session["id"]);
        assert_eq!(
            (&session["dateCreated"], &session["dateCompleted"]),
            (&segment["segmentStart"], &segment["segmentEnd"])
        );
        let is_transfer = own["flow"]["exitReason"] == "TRANSFER";
        assert_eq!(session["botResult"] == "TransferToACD", is_transfer);
        let turns = all(caller, &bot, TURNS[1], &format!("?sessionId={}", text(&session["id"])));
        // The turns are the whole of the session, one after the other.
        let dates = |name: &str| turns.iter().map(|turn| &turn[name]).collect::<Vec<_>>();
        let (created, completed) = (dates("dateCreated"), dates("dateCompleted"));
        assert_eq!((created[0], completed[turns.len() - 1]), (&session["dateCreated"], &session["dateCompleted"]));
        assert_eq!(created[1..], completed[..turns.len() - 1]);
        let ends: Vec<&Value> = turns.iter().filter_map(|turn| turn.get("sessionEndDetails")).collect();
        let kind = if is_transfer { "Exit" } else { "Disconnect" };
        assert_eq!(ends, [&json!({"type": kind, "reason": session["botResult"]})]);
        actions.extend(turns.iter().map(|turn| text(&turn["askAction"]["actionType"]).to_string()));
        let (from, until) = (at(&session["dateCreated"]), at(&session["dateCompleted"]));
        let Some(file) = files.iter().find(|file| file["mediaType"] == "message") else { continue };
        let said = list(&file["transcripts"][0], "phrases").iter();
        let said = said.filter(|phrase| (from..until).contains(&phrase["startTimeMs"].as_i64().unwrap()));
        let of_side = |side: &str| -> Vec<&Value> {
            said.clone().filter(|phrase| phrase["participantPurpose"] == side).map(|phrase| &phrase["text"]).collect()
        };
        let (inputs, answers) = (of_side("external"), of_side("internal"));
        assert_eq!(turns.iter().map(|turn| &turn["userInput"]).collect::<Vec<_>>(), inputs);
        assert_eq!(turns.iter().flat_map(|turn| list(turn, "botPrompts")).collect::<Vec<_>>(), answers);
        let topics = list(&file["transcripts"][0]["analytics"], "topics").iter();
        let topics = topics.filter(|topic| (from..until).contains(&topic["startTimeMs"].as_i64().unwrap()));
        let intents = turns.iter().filter(|turn| turn["intent"].is_object()).map(|turn| &turn["intent"]["name"]);
        assert_eq!(topics.map(|topic| &topic["topicName"]).collect::<Vec<_>>(), intents.collect::<Vec<_>>());
        lines += inputs.len();
        prompts += answers.len();
    }
    (lines, prompts)
}

#[test]
fn the_newest_comes_first_and_pages_make_up_the_whole() {
    let mut caller = Caller::new("admin");
    let (bot, day) = (bots(&mut caller).remove(1), caller.day());
    let interval = format!("{}/{}", iso(day.start - 3 * DAY), iso(day.end));
    let query = within(&interval);
    for what in ["sessions", TURNS[0]] {
        let whole = all(&mut caller, &bot, what, &query);
        assert!(whole.len() > 20, "{}", whole.len());
        for size in [1, 7, whole.len()] {
            let few = query.replace("=250", &format!("={size}"));
            assert_eq!(all(&mut caller, &bot, what, &few), whole, "{what} by {size}");
        }
        // What comes later moves nothing.
        let target = format!("/api/v2/analytics/botflows/{bot}/{what}?pageSize=10");
        let first = caller.get(&target).parsed();
        let before = list(&caller.get(text(&first["nextUri"])).parsed(), "entities").to_vec();
        caller.now += DAY;
        caller.log_in("admin");
        assert_eq!(list(&caller.get(text(&first["nextUri"])).parsed(), "entities"), before);
        assert_ne!(list(&caller.get(&target).parsed(), "entities"), list(&first, "entities"));
    }
    let sessions = all(&mut caller, &bot, "sessions", &query);
    assert!(sessions.windows(2).all(|two| at(&two[0]["dateCreated"]) > at(&two[1]["dateCreated"])));
    let turns = all(&mut caller, &bot, TURNS[0], &query);
    let mut order: Vec<&Value> = turns.iter().map(|turn| &turn["sessionId"]).collect();
    order.dedup();
    let ids: Vec<&Value> = sessions.iter().map(|session| &session["id"]).collect();
    assert_eq!(order, ids, "turns are told session by session");
    let page = caller.get(&format!("/api/v2/analytics/botflows/{bot}/{}", TURNS[0])).parsed();
    assert_eq!(list(&page, "entities").len(), 50);
}

#[test]
fn parameters_leave_what_they_ask_for() {
    let mut caller = Caller::medium("admin");
    let (bot, interval) = (bots(&mut caller).remove(0), caller.day().text());
    let query = within(&interval);
    let (sessions, turns) = (all(&mut caller, &bot, "sessions", &query), all(&mut caller, &bot, TURNS[1], &query));
    let one = &turns[0];
    let action = text(&one["askAction"]["actionId"]);
    let id = text(&one["sessionId"]);
    type Holds<'a> = &'a dyn Fn(&Value) -> bool;
    let cases: [(&str, &[Value], String, Holds<'_>); 8] = [
        ("sessions", &sessions, "botResultCategories=transfer".into(), &|s| s["botResultCategory"] == "Transfer"),
        ("sessions", &sessions, "botResultCategories=Transfer,userdisconnect".into(), &|_| true),
        ("sessions", &sessions, "endLanguage=EN-US".into(), &|_| true),
        (TURNS[1], &turns, format!("actionId={action}"), &|turn| turn["askAction"]["actionId"] == action),
        (TURNS[1], &turns, format!("sessionId={id}"), &|turn| turn["sessionId"] == id),
        (TURNS[1], &turns, "language=en-us".into(), &|_| true),
        (TURNS[0], &turns, "language=de-de".into(), &|_| false),
        (TURNS[0], &turns, "askActionResults=agentrequestedbyuser,successCollection".into(), &|turn| {
            ["AgentRequestedByUser", "SuccessCollection"].contains(&text(&turn["askActionResult"]))
        }),
    ];
    for (what, whole, parameter, holds) in cases {
        let expected: Vec<&Value> = whole.iter().filter(|one| holds(one)).collect();
        let found = all(&mut caller, &bot, what, &format!("{query}&{parameter}"));
        assert_eq!(found.iter().collect::<Vec<_>>(), expected, "{parameter}");
    }
    // A moment may be in any time zone, or in none, which is UTC.
    let day = interval.replace(".000Z", "");
    assert_eq!(all(&mut caller, &bot, "sessions", &within(&day)), sessions);
    let other = interval.replace("T00:00:00.000Z", "T08:00:00.000%2B08:00");
    assert_eq!(all(&mut caller, &bot, "sessions", &within(&other)), sessions);
}

#[test]
fn what_goes_on_is_not_completed_and_what_is_old_is_gone() {
    let mut caller = Caller::new("admin");
    let bot = bots(&mut caller).remove(0);
    let target = format!("/api/v2/analytics/botflows/{bot}/sessions");
    let kept = all(&mut caller, &bot, "sessions", "?pageSize=250");
    let ages: Vec<i64> = kept.iter().map(|session| caller.now - at(&session["dateCompleted"])).collect();
    assert!(ages.iter().all(|age| (0..=10 * DAY).contains(age)) && ages.iter().any(|age| *age > 9 * DAY));
    let mut open = 0;
    for session in kept.iter().take(20) {
        caller.now = (at(&session["dateCreated"]) + at(&session["dateCompleted"])) / 2;
        caller.log_in("admin");
        let first = caller.get(&target).parsed()["entities"][0].clone();
        assert_eq!((&first["id"], &first["language"]), (&session["id"], &session["language"]));
        for later in ["dateCompleted", "endLanguage", "botResult", "botResultCategory"] {
            assert!(first.get(later).is_none(), "{later}");
        }
        let filter = json!({"type": "and", "predicates": [{"dimension": "flowId", "value": bot}]});
        let asked = json!({"filter": filter, "metrics": ["oFlow"]});
        let observed = caller.ask("/api/v2/analytics/flows/observations/query", asked);
        let going_on = all(&mut caller, &bot, "sessions", "?pageSize=250");
        let going_on = going_on.iter().filter(|session| session.get("dateCompleted").is_none()).count();
        assert_eq!(observed["results"][0]["data"][0]["stats"]["count"], going_on);
        // In an interval there is only what was completed in it.
        let near = format!("{}/{}", iso(caller.now - 5 * SECOND), iso(caller.now + HOUR));
        let found = all(&mut caller, &bot, "sessions", &within(&near));
        assert!(found.iter().all(|session| session["dateCompleted"].is_string()));
        let mut said = all(&mut caller, &bot, TURNS[0], &format!("?sessionId={}", text(&session["id"])));
        said.retain(|turn| turn.get("sessionEndDetails").is_some() || at(&turn["dateCompleted"]) > caller.now);
        assert_eq!(said, Vec::<Value>::new());
        open += 1;
    }
    assert_eq!(open, 20);
}

#[test]
fn divisions_leave_the_conversations_of_others_out() {
    let mut caller = Caller::new("admin");
    let interval = caller.day().text();
    let divisions = caller.get("/api/v2/authorization/divisions?pageSize=100").parsed();
    let emea = list(&divisions, "entities").iter().find(|one| one["name"] == "EMEA").unwrap()["id"].clone();
    let conversations = caller.page_through(json!({"interval": interval}));
    let own = |it: &&Value| list(it, "divisionIds").contains(&emea);
    let own: BTreeSet<&str> = conversations.iter().filter(own).map(|it| text(&it["conversationId"])).collect();
    let whats = ["sessions", TURNS[0], TURNS[1]];
    for bot in bots(&mut caller) {
        caller.log_in("admin");
        let before = whats.map(|what| all(&mut caller, &bot, what, &within(&interval)));
        caller.log_in_to_emea();
        let target = |what: &str| format!("/api/v2/analytics/botflows/{bot}/{what}");
        for (what, permission) in whats.iter().zip(["Session", "ReportingTurn", "DivisionAwareReportingTurn"]) {
            let permission = format!("analytics:botFlow{permission}:view");
            let refused = caller.get(&target(what));
            assert_eq!((refused.status, refused.parsed()["code"].clone()), (403, json!("missing.any.permissions")));
            caller.control("POST", "/clients/emea-only/permissions", json!({"add": [permission], "after_ms": 0}));
        }
        for (what, mut before) in whats.iter().zip(before) {
            let count = before.len();
            before.retain(|one| own.contains(text(&one["conversation"]["id"])));
            assert_eq!(all(&mut caller, &bot, what, &within(&interval)), before);
            assert!(!before.is_empty() && before.len() < count, "{} of {count}", before.len());
            let metric = if *what == "sessions" { "tBotSession" } else { "nBotSessionTurns" };
            let only = json!({"type": "and", "predicates": [{"dimension": "botId", "value": bot}]});
            let counted = caller.ask(COUNTED, json!({"interval": interval, "metrics": [metric], "filter": only}));
            assert_eq!(counted["results"][0]["data"][0]["metrics"][0]["stats"]["count"], before.len(), "{metric}");
        }
        caller.control("POST", "/reset", json!({}));
    }
}

#[test]
fn what_cannot_be_asked_is_refused() {
    let mut caller = Caller::new("admin");
    let bot = bots(&mut caller).remove(0);
    for (query, code) in [
        ("sessions?pageSize=251", "invalid.query.param.value"),
        ("sessions?pageSize=few", "invalid.query.param.value"),
        ("sessions?botResultCategories=Good", "invalid.query.param.value"),
        ("sessions?interval=yesterday", "invalid.date"),
        ("sessions?interval=2026-03-09T00:00:00Z%2F2026-03-08T00:00:00Z", "bad.request"),
        ("sessions?after=nowhere", "bad.request"),
        ("reportingturns?after=00000000-0000-4000-8000-000000000000_1", "bad.request"),
        ("reportingturns?askActionResults=SuccessCollection,Luck", "invalid.query.param.value"),
        ("reportingturns?sessionId=x&actionId=y", "bad.request"),
        ("divisions/reportingturns?sessionId=x&language=en-us", "bad.request"),
        ("divisions/reportingturns?sessionId=x&askActionResults=Error", "bad.request"),
    ] {
        let answer = caller.get(&format!("/api/v2/analytics/botflows/{bot}/{query}"));
        assert_eq!((answer.status, answer.parsed()["code"].clone()), (400, json!(code)), "{query}");
    }
    let calls = caller.get("/api/v2/flows?type=INBOUNDCALL").parsed()["entities"][0]["id"].clone();
    for nobody in [text(&calls), "00000000-0000-4000-8000-000000000000"] {
        assert_eq!(caller.get(&format!("/api/v2/analytics/botflows/{nobody}/sessions")).status, 404);
    }
}
