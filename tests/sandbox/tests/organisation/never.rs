//! What never occurs: metrics and groupings of aggregates, members of details. The list is `never.tsv`.

use std::collections::{BTreeMap, BTreeSet};

use pegcount_sandbox::time::{HOUR, Interval};
use serde_json::{Value, json};

use crate::caller::{Caller, sessions};
use crate::definitions::DEFINITIONS;
use crate::present::list;
use crate::questions::words;

/// Families of aggregates that count, and how many hours of an organisation have all that groups them.
const FAMILIES: [(&str, i64); 9] = [
    ("bots", 24),
    ("conversations", 3),
    ("evaluations", 24),
    ("flows", 3),
    ("resolutions", 24),
    ("summaries", 3),
    ("surveys", 24),
    ("transcripts", 3),
    ("users", 3),
];

type Lists = BTreeMap<String, BTreeSet<&'static str>>;

/// The lists of `never.tsv`: lists a line is of, words, why.
fn never() -> Lists {
    let mut all = Lists::new();
    for line in include_str!("never.tsv").lines().filter(|line| !line.starts_with('#')) {
        let mut cells = line.split('\t').map(|cell| cell.split(' '));
        let (lists, words) = (cells.next().unwrap(), cells.next().unwrap());
        for list in lists {
            for word in words.clone() {
                assert!(all.entry(list.into()).or_default().insert(word), "{list} has {word} twice");
            }
        }
    }
    all
}

/// Words of a list that groups of an answer tell, or its data.
fn told(answer: &Value, names: &[&'static str]) -> Vec<&'static str> {
    let mut found = BTreeSet::new();
    for result in list(answer, "results") {
        found.extend(result["group"].as_object().into_iter().flatten().map(|(name, _)| name.as_str()));
        let metrics = list(result, "data").iter().flat_map(|data| list(data, "metrics"));
        found.extend(metrics.filter_map(|metric| metric["metric"].as_str()));
    }
    names.iter().copied().filter(|name| found.contains(name)).collect()
}

#[test]
fn whatever_is_defined_occurs_or_is_among_what_never_does() {
    let listed = never();
    let mut caller = Caller::medium("admin");
    let end = caller.now;
    let since = |hours: i64| Interval { start: end - hours * HOUR, end }.text();
    let mut missing = Lists::new();
    let mut compare = |list: &str, known: &[&'static str], told: &[&'static str]| {
        let of: BTreeSet<_> = known.iter().copied().filter(|word| !told.contains(word)).collect();
        if !of.is_empty() {
            missing.insert(list.into(), of);
        }
    };
    for (family, hours) in FAMILIES {
        let path = format!("/api/v2/analytics/{family}/aggregates/query");
        let [metrics, groupings] = ["metric", "groupBy"].map(|list| words(&format!("{family}.{list}")));
        let answer = caller.ask(&path, json!({"interval": since(24), "metrics": metrics}));
        compare(&format!("{family}.metric"), &metrics, &told(&answer, &metrics));
        let none = BTreeSet::new();
        let never = listed.get(&format!("{family}.groupBy")).unwrap_or(&none);
        let (dead, alive): (Vec<_>, Vec<_>) = groupings.iter().copied().partition(|word| never.contains(word));
        let mut met = Vec::new();
        for (interval, words) in
            std::iter::once((since(24), &dead[..])).chain(alive.chunks(8).map(|some| (since(hours), some)))
        {
            let answer = caller.ask(&path, json!({"interval": interval, "metrics": metrics, "groupBy": words}));
            met.extend(told(&answer, words));
        }
        compare(&format!("{family}.groupBy"), &groupings, &met);
    }
    let interval = json!({"interval": since(24)});
    let conversations = caller.page_through(interval.clone());
    let users = caller.page_through_users(interval);
    let metrics = sessions(&conversations).into_iter().flat_map(|(_, it)| list(it, "metrics"));
    // A conversation tells these by itself.
    let emitted: BTreeSet<&str> =
        metrics.filter_map(|it| it["name"].as_str()).chain(["nConversations", "tConversationDuration"]).collect();
    let known = words("conversation.metric");
    let emitted: Vec<&str> = known.iter().copied().filter(|word| emitted.contains(word)).collect();
    compare("conversation.metric", &known, &emitted);
    let of = [(&conversations, "AnalyticsConversationWithoutAttributes"), (&users, "AnalyticsUserDetail")];
    for (model, told) in of.into_iter().flat_map(|(values, model)| DEFINITIONS.told(values, model)) {
        let known: Vec<_> = DEFINITIONS.members(model).collect();
        compare(model, &known, &told.into_iter().collect::<Vec<_>>());
    }
    assert_eq!(missing, listed);
}
