//! What answers must be beside what the definitions say: pages that agree with their links and counts, the rate told as it
//! is, values within their ranges, files of a known shape.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use jiff::tz::TimeZone;
use pegcount_sandbox::{Request, Response};
use serde_json::Value;
use url::form_urlencoded;

/// Where answers have what they list.
const ROWS: [&str; 4] = ["entities", "results", "conversations", "userDetails"];

/// What a page's links are called, and the page that each leads to, of the present one and the last.
const LINKS: [(&str, Leads); 5] = [
    ("firstUri", |_, _| Some(1)),
    ("previousUri", |number, _| (number > 1).then(|| number - 1)),
    ("selfUri", |number, _| Some(number)),
    ("nextUri", |number, last| (number < last).then(|| number + 1)),
    ("lastUri", |_, last| Some(last)),
];

type Leads = fn(u64, u64) -> Option<u64>;

/// What a token was told of its rate: the window's end as of then, and the requests in it.
#[derive(Clone, Copy)]
pub(crate) struct Told {
    until: i64,
    count: i64,
}

/// Which listing refuses pages behind which one (limits.md).
const LAST: [(&str, u64); 1] = [("/api/v2/routing/queues/divisionviews", 5)];

/// Whether an answer is a listing whose links and counts agree with each other and with what it lists.
pub(crate) fn of_pages(request: &Request, body: &Value) -> Vec<String> {
    let mut wrong = Vec::new();
    let Some(list) = ROWS.iter().find_map(|name| body[name].as_array()) else { return wrong };
    let (rows, number) = (list.len() as u64, |name: &str| body[name].as_u64());
    let asked = of_query(&request.target);
    if let Some(total) = number("total").or(number("totalHits"))
        && rows > total
    {
        wrong.push(format!("{rows} rows of {total}"));
    }
    // Some listings link to further pages without numbers: that these lead to the end, links.rs looks.
    for name in ["nextUri", "previousUri"] {
        if let Some(link) = body[name].as_str() {
            let led = of_query(link);
            let is_same = without_place(&led) == without_place(&asked);
            let is_other = link.split('?').next() == Some(request.path()) && led != asked && is_same;
            (!is_other).then(|| wrong.push(format!("{name} leads to {link}")));
        }
    }
    let Some(size) = number("pageSize") else { return wrong };
    if rows > size || asked.get("pageSize").is_some_and(|asked| *asked != size.to_string()) {
        wrong.push(format!("{rows} rows on a page of {size}"));
    }
    let Some(total) = number("total") else {
        if let (Some(at), Some(_)) = (number("pageNumber"), body["firstUri"].as_str()) {
            // There may be more where it is not told how many.
            let last = if body["nextUri"].is_string() { at + 1 } else { at };
            wrong.extend(of_links(request, body, &LINKS[..4], (at, last, size)));
            (last > at && rows < size).then(|| wrong.push(format!("{rows} rows of {size}, and more on the next page")));
        }
        return wrong;
    };
    let pages = total.div_ceil(size);
    let count = number("pageCount");
    if count.is_some_and(|count| count != pages && (count, pages) != (1, 0)) {
        wrong.push(format!("{count:?} pages of {size} for {total} rows"));
    }
    if let Some(at) = number("pageNumber") {
        if asked.get("pageNumber").is_some_and(|asked| *asked != at.to_string()) {
            wrong.push(format!("page {at} was not asked for"));
        }
        let left = total.saturating_sub((at - 1) * size).min(size);
        (rows != left).then(|| wrong.push(format!("{rows} rows instead of {left} on page {at} of {pages}")));
        if body["firstUri"].is_string() || body["lastUri"].is_string() {
            let last = LAST.iter().find(|(path, _)| *path == request.path()).map_or(u64::MAX, |(_, last)| *last);
            wrong.extend(of_links(request, body, &LINKS, (at, pages.clamp(1, last), size)));
        }
    }
    wrong
}

fn of_links(request: &Request, body: &Value, links: &[(&str, Leads)], page: (u64, u64, u64)) -> Vec<String> {
    let (at, last, size) = page;
    let mut wrong = Vec::new();
    for (name, leads) in links {
        let expected = leads(at, last).map(|number| {
            let mut query = of_query(&request.target);
            query.insert("pageSize".into(), size.to_string());
            query.insert("pageNumber".into(), number.to_string());
            (request.path().to_string(), query)
        });
        let link = body[name].as_str();
        let told = link.map(|link| (link.split('?').next().unwrap_or_default().to_string(), of_query(link)));
        if told != expected {
            wrong.push(format!("{name} leads from page {at} of {last} to {link:?}, not to {expected:?}"));
        }
    }
    wrong
}

/// The query's values, those of a name that is there more than once joined.
fn of_query(target: &str) -> BTreeMap<String, String> {
    let mut pairs = BTreeMap::<String, String>::new();
    let query = target.split_once('?').map_or("", |(_, query)| query);
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        pairs.entry(name.into_owned()).and_modify(|all| *all = format!("{all},{value}")).or_insert(value.into_owned());
    }
    pairs
}

/// What a query asks for, wherever in it a page lies.
fn without_place(query: &BTreeMap<String, String>) -> BTreeMap<&str, &str> {
    const PLACES: [&str; 6] = ["after", "before", "nextPage", "pageNumber", "pageSize", "cursor"];
    let pairs = query.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    pairs.filter(|(name, _)| !PLACES.contains(name)).collect()
}

/// Whether an answer tells its rate, and in line with what the token was told before.
pub(crate) fn of_rate(answer: &Response, now: i64, before: &mut Option<Told>) -> Vec<String> {
    const NAMES: [&str; 3] = ["inin-ratelimit-count", "inin-ratelimit-allowed", "inin-ratelimit-reset"];
    let told = NAMES.map(|name| answer.value(name).map(|text| text.parse::<i64>().ok()));
    let [Some(Some(count)), Some(Some(allowed)), Some(Some(reset))] = told else {
        // Who is not known has no rate, and what fails does not always get so far.
        let is_silent = told == [None; 3] && (answer.status == 401 || answer.status >= 408);
        return if is_silent { Vec::new() } else { vec![format!("the rate is told as {told:?}")] };
    };
    let mut wrong = Vec::new();
    if count < 1 || allowed < 1 || !(1..=60).contains(&reset) {
        wrong.push(format!("a rate of {count} of {allowed}, {reset} s more"));
    }
    if count > allowed && answer.status < 400 {
        wrong.push(format!("{count} of {allowed} were let through"));
    }
    // Whole seconds are told, so that a window's end is known to the second.
    let until = now + reset * 1_000;
    match before {
        Some(told)
            if (told.until - 60_000..=told.until - 1_000).contains(&now)
                && (count <= told.count || (until - told.until).abs() >= 1_000) =>
        {
            wrong.push(format!("{count} until {until} after {} until {}", told.count, told.until));
        }
        Some(told) if now >= told.until && (count, reset) != (1, 60) => {
            wrong.push(format!("a window begins with {count} and {reset} s"));
        }
        None if count == 1 && reset != 60 => wrong.push(format!("a window of {reset} s")),
        _ => {}
    }
    *before = Some(Told { until, count });
    wrong
}

/// Whether values are within what their names allow, wherever they stand.
pub(crate) fn of_values(value: &Value) -> Vec<String> {
    let mut wrong = Vec::new();
    look(value, &mut wrong);
    wrong
}

fn look(value: &Value, wrong: &mut Vec<String>) {
    match value {
        Value::Array(list) => list.iter().for_each(|item| look(item, wrong)),
        Value::Object(object) => {
            for (key, value) in object {
                if !is_in_range(key, value) {
                    wrong.push(format!("{key} is {value}"));
                }
                look(value, wrong);
            }
        }
        _ => {}
    }
}

fn is_in_range(key: &str, value: &Value) -> bool {
    match (key, value) {
        ("timeZone" | "timeZoneId" | "businessUnitTimeZone", Value::String(name)) => {
            TimeZone::get(name).is_ok_and(|zone| zone.iana_name() == Some(name))
        }
        // ISO 3166.
        ("country" | "countryCode" | "defaultCountryCode", Value::String(code)) => {
            code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_uppercase())
        }
        ("proficiency", Value::Number(stars)) => within(stars, 0.0, 5.0),
        ("confidence" | "stability", Value::Number(share)) => within(share, 0.0, 1.0),
        ("sentimentScore" | "sentimentTrend", Value::Number(score)) => within(score, -1.0, 1.0),
        (key, Value::Number(share)) if key.ends_with("Percentage") && key != "conformancePercentage" => {
            within(share, 0.0, 100.0)
        }
        // What was lost is below nothing.
        ("impactSeconds", _) => true,
        (key, Value::Number(number)) if is_a_measure(key) => within(number, 0.0, f64::MAX),
        _ => true,
    }
}

/// What counts or lasts, and is never below nothing.
fn is_a_measure(key: &str) -> bool {
    ["Count", "Ms", "Minutes", "Seconds", "Milliseconds", "total", "totalHits"].iter().any(|end| key.ends_with(end))
}

fn within(number: &serde_json::Number, least: f64, most: f64) -> bool {
    number.as_f64().is_some_and(|number| (least..=most).contains(&number))
}

/// What is answered where the definitions say no more than that it is an object.
const OBJECTS: [(&str, &[&str]); 2] = [
    (
        "/organizations/limits/namespaces",
        &["$.entities[]: text", "$.pageCount: number", "$.pageNumber: number", "$.pageSize: number", "$.total: number"],
    ),
    (
        "/transcripts/search",
        &[
            "$.pageCount: number",
            "$.pageNumber: number",
            "$.pageSize: number",
            "$.results[].communicationId: text",
            "$.results[].conversationEndTime: text",
            "$.results[].conversationId: text",
            "$.results[].conversationStartTime: text",
            "$.results[].language: text",
            "$.results[].mediaType: text",
            "$.total: number",
            "$.types[]: text",
        ],
    ),
];

/// Whether what is no more than an object has what is known of it alone.
pub(crate) fn of_objects(path: &str, body: &Value) -> Vec<String> {
    let Some((_, known)) = OBJECTS.iter().find(|(end, _)| path.ends_with(end)) else { return Vec::new() };
    shape_of(body).into_iter().filter(|one| !known.contains(&one.as_str())).collect()
}

/// The genuine transcript.
static SAMPLE: LazyLock<BTreeSet<String>> = LazyLock::new(|| {
    let genuine = include_bytes!("../../../vectors/samples/voice-transcript-file.json");
    shape_of(&serde_json::from_slice(genuine).unwrap())
});

/// What a transcript has beyond the genuine one, of which the documentation ("Transcript URL") knows.
const BEYOND: [&str; 29] = [
    "$.participants[].flowVersion: text",
    "$.participants[].from: text",
    "$.participants[].messageType: text",
    "$.participants[].teamId: text",
    "$.participants[].to: text",
    "$.transcripts[].analytics.acoustic[].durationMs: number",
    "$.transcripts[].analytics.acoustic[].eventType: text",
    "$.transcripts[].analytics.acoustic[].offsetMs: number",
    "$.transcripts[].analytics.acoustic[].participant: text",
    "$.transcripts[].analytics.acoustic[].startTimeMs: number",
    "$.transcripts[].analytics.sentiment[].duration.milliseconds: number",
    "$.transcripts[].analytics.sentiment[].participant: text",
    "$.transcripts[].analytics.sentiment[].phrase: text",
    "$.transcripts[].analytics.sentiment[].phraseIndex: number",
    "$.transcripts[].analytics.sentiment[].sentiment: number",
    "$.transcripts[].analytics.sentiment[].startTimeMs: number",
    "$.transcripts[].analytics.topics[].confidence: number",
    "$.transcripts[].analytics.topics[].duration.milliseconds: number",
    "$.transcripts[].analytics.topics[].participant: text",
    "$.transcripts[].analytics.topics[].startTimeMs: number",
    "$.transcripts[].analytics.topics[].topicId: text",
    "$.transcripts[].analytics.topics[].topicName: text",
    "$.transcripts[].analytics.topics[].topicPhrase: text",
    "$.transcripts[].analytics.topics[].transcriptPhrase: text",
    "$.transcripts[].messageType: text",
    "$.transcripts[].phrases[].confidence: number",
    "$.transcripts[].phrases[].decoratedText: text",
    "$.transcripts[].phrases[].phraseIndex: number",
    "$.transcripts[].subject: text",
];

/// Whether a file of a transcript has nothing but what the genuine one has, and that of the same types.
pub(crate) fn of_transcript(file: &Value) -> Vec<String> {
    shape_of(file).into_iter().filter(|one| !SAMPLE.contains(one) && !BEYOND.contains(&one.as_str())).collect()
}

/// What leads to each value and of what type it is.
pub(crate) fn shape_of(value: &Value) -> BTreeSet<String> {
    fn walk(value: &Value, path: &str, found: &mut BTreeSet<String>) {
        let kind = match value {
            Value::Array(list) => return list.iter().for_each(|item| walk(item, &format!("{path}[]"), found)),
            Value::Object(object) => {
                return object.iter().for_each(|(key, one)| walk(one, &format!("{path}.{key}"), found));
            }
            Value::String(_) => "text",
            Value::Number(_) => "number",
            Value::Bool(_) => "truth",
            Value::Null => "null",
        };
        found.insert(format!("{path}: {kind}"));
    }
    let mut found = BTreeSet::new();
    walk(value, "$", &mut found);
    found
}
