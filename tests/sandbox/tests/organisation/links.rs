//! What is performed, followed from page to page and asked for what is not there.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::every_operation::{PERFORMED, World};

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
