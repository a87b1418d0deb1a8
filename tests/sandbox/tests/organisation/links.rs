//! What is performed, followed from page to page and asked for what is not there.

use std::collections::BTreeSet;

use pegcount_sandbox::time::{HOUR, MINUTE};
use serde_json::{Value, json};

use crate::every_operation::{PERFORMED, World};

/// Where a page is asked for of what is posted.
enum Place {
    Query,
    Body,
    Paging,
}

/// What is posted and answered with pages, where the page is asked for, and what has its rows.
const POSTED: [(&str, Place, &str); 11] = [
    ("analytics/conversations/activity/query", Place::Query, "results"),
    ("analytics/flows/activity/query", Place::Query, "results"),
    ("analytics/routing/activity/query", Place::Query, "results"),
    ("analytics/teams/activity/query", Place::Query, "results"),
    ("analytics/users/activity/query", Place::Query, "results"),
    ("analytics/conversations/details/query", Place::Paging, "conversations"),
    ("analytics/users/details/query", Place::Paging, "userDetails"),
    ("audits/query/realtime", Place::Body, "entities"),
    ("quality/evaluations/search", Place::Body, "results"),
    ("speechandtextanalytics/transcripts/search", Place::Body, "results"),
    ("users/search", Place::Body, "results"),
];

const NOBODY: &str = "00000000-0000-4000-8000-000000000000";

fn with(target: &str, name: &str, value: &str) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    let more = query.append_pair(name, value).finish();
    format!("{target}{}{more}", if target.contains('?') { '&' } else { '?' })
}

/// Everything that a listing leads to, and on how many pages.
fn followed(world: &mut World, first: &str) -> (Vec<Value>, usize) {
    let (mut found, mut pages, mut target) = (Vec::new(), 0, first.to_string());
    loop {
        let answer = world.caller.get(&target);
        assert_eq!(answer.status, 200, "{target}: {}", answer.parsed());
        let body = answer.parsed();
        let rows =
            ["entities", "results", "conversations", "userDetails"].iter().find_map(|name| body[name].as_array());
        found.extend(rows.into_iter().flatten().cloned());
        pages += 1;
        let numbers = ["pageNumber", "pageCount"].map(|name| body[name].as_u64());
        // Some have no links.
        let further = match (body["nextUri"].as_str(), body["cursor"].as_str(), numbers) {
            (Some(next), ..) => next.to_string(),
            (None, Some(cursor), _) => with(first, "cursor", cursor),
            (None, None, [Some(at), Some(count)]) if at < count => with(first, "pageNumber", &(at + 1).to_string()),
            _ => return (found, pages),
        };
        target = further;
        assert!(pages < 1_000, "{first} has no end");
    }
}

#[test]
fn small_pages_lead_to_what_large_ones_hold() {
    let mut world = World::new();
    let mut paged = BTreeSet::new();
    // What was used grows by asking.
    for path in PERFORMED.lines().filter_map(|line| line.strip_prefix("GET ")).filter(|path| !path.contains("usage/")) {
        let known = world.things.len();
        world.submit(path);
        let target = world.target(path);
        let answer = world.caller.get(&target);
        let body = answer.parsed();
        if answer.status == 200 && (body["entities"].is_array() || path.ends_with("/results")) {
            // The most that every one allows, or the most that some do.
            let large = with(&target, "pageSize", "100");
            let large = if world.caller.get(&large).status == 400 { with(&target, "pageSize", "25") } else { large };
            let (all, _) = followed(&mut world, &large);
            // As many pages as the shortest of listings goes on for.
            let size = all.len().div_ceil(5).clamp(1, 24);
            let (found, pages) = followed(&mut world, &with(&target, "pageSize", &size.to_string()));
            assert!(found == all, "{path} by {size}: {} instead of {}", found.len(), all.len());
            (pages > 1).then(|| paged.insert(path));
        }
        world.things.truncate(known);
    }
    assert!(paged.len() > 50, "{paged:#?}");
}

/// Everything that is posted for, page by page, until a page is empty.
fn posted(world: &mut World, (path, place, rows): &(&str, Place, &str), size: usize) -> (Vec<Value>, usize) {
    // One of them may be asked in the query, too.
    let target = world.target(path).split('?').next().unwrap_or_default().to_string();
    let mut found = Vec::new();
    for number in 1..1_000 {
        let mut body = world.body(path);
        let page = json!({"pageSize": size, "pageNumber": number});
        let target = match place {
            Place::Query => format!("{target}?pageSize={size}&pageNumber={number}"),
            Place::Body => {
                body.as_object_mut().unwrap().extend(page.as_object().unwrap().clone());
                target.clone()
            }
            Place::Paging => {
                body["paging"] = page;
                target.clone()
            }
        };
        let answer = world.caller.ask(&target, body);
        match answer[*rows].as_array().filter(|page| !page.is_empty()) {
            Some(page) => found.extend(page.iter().cloned()),
            None => return (found, number - 1),
        }
    }
    panic!("{path} has no end")
}

#[test]
fn small_pages_of_what_is_posted_for_hold_the_same() {
    let mut world = World::new();
    for listing in &POSTED {
        let path = listing.0;
        let patience = world.caller.now + HOUR;
        let mut all = posted(&mut world, listing, 100).0;
        // At times one flow alone has a conversation, or none.
        while all.len() < 2 && world.caller.now < patience {
            world.caller.now += MINUTE;
            all = posted(&mut world, listing, 100).0;
        }
        let size = all.len().div_ceil(5).clamp(1, 24);
        let (found, pages) = posted(&mut world, listing, size);
        assert!(pages > 1 && found == all, "{path} by {size}: {} on {pages} pages, not {}", found.len(), all.len());
    }
}

#[test]
fn what_is_not_there_is_not_found() {
    let mut world = World::new();
    let mut found = BTreeSet::new();
    for line in PERFORMED.lines().filter(|line| line.contains('{')) {
        let (method, path) = line.split_once(' ').unwrap();
        let known = world.things.len();
        // A week is a day, and there is every one of them.
        let last = path.rsplit('/').find(|part| part.starts_with('{') && *part != "{weekId}").unwrap();
        world.things.push((path, last, NOBODY.into()));
        let answer = world.ask(method, path);
        world.things.truncate(known);
        if (answer.status, answer.parsed()["code"].as_str()) != (404, Some("not.found")) {
            found.insert(format!("{line}: {} {}", answer.status, answer.parsed()["code"]));
        }
    }
    assert!(found.is_empty(), "{found:#?}");
}
