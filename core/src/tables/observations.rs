//! Observations: one row a group, metric, qualifier and statistic, and the observed things themselves.

use super::column::{Kind, Value};
use super::grouped::{entries, keep, snake, stats};
use super::loose::Loose;
use super::raw::{items, member, members};
use super::{Fault, Table, Tables};
use crate::json::text_of;

/// The properties of `ObservationValue` (official Python SDK 269.0.0); others go to `_extra`.
const DETAILS: &[(&str, Kind)] = &[
    ("observationDate", Kind::Time),
    ("conversationId", Kind::Str),
    ("sessionId", Kind::Str),
    ("userId", Kind::Str),
    ("teamId", Kind::Str),
    ("participantName", Kind::Str),
    ("direction", Kind::Str),
    ("ani", Kind::Str),
    ("dnis", Kind::Str),
    ("addressFrom", Kind::Str),
    ("addressTo", Kind::Str),
    ("convertedFrom", Kind::Str),
    ("convertedTo", Kind::Str),
    ("routingPriority", Kind::Int),
    ("usedRouting", Kind::Str),
    ("requestedRoutings", Kind::List),
    ("requestedRoutingSkillIds", Kind::List),
    ("requestedLanguageId", Kind::Str),
    ("scoredAgents", Kind::Json),
];

pub(super) const NAMES: [&str; 2] = ["observations", "observation_details"];

/// Reads an answer. In `observation_details` the dimensions of the group begin with `group_`, since the observed
/// things have some of the same names.
pub(super) fn decode(body: &str) -> Result<Tables, Fault> {
    // These two stand first and always, so that every page of a long list of queues has the same columns.
    let dimensions = [("queue_id", Kind::Str), ("media_type", Kind::Str)];
    let columns = [("metric", Kind::Str), ("qualifier", Kind::Str), ("stat", Kind::Str), ("value", Kind::Float)];
    let mut table = Loose::new(dimensions.into_iter().chain(columns).chain([("truncated", Kind::Bool)]));
    let details = DETAILS.iter().map(|(key, kind)| (snake(key), *kind)).collect::<Vec<_>>();
    let head = ["group_queue_id", "group_media_type", "metric", "qualifier"].map(|name| (name, Kind::Str));
    let mut detail = Loose::new(head.into_iter().chain(details.iter().map(|(name, kind)| (name.as_str(), *kind))));
    for entry in entries(body)? {
        let before = table.rows();
        let mut rest = entry.rest;
        for raw in entry.data {
            let Some(all) = members(raw) else {
                member(&mut rest, "data", raw);
                continue;
            };
            let (mut metric, mut qualifier, mut truncated, mut found, mut seen) = (None, None, None, vec![], vec![]);
            for (key, raw) in all {
                match (&*key, text_of(raw), items(raw)) {
                    ("metric", Some(text), _) => metric = Some(text),
                    ("qualifier", Some(text), _) => qualifier = Some(text),
                    ("truncated", ..) if matches!(raw, "true" | "false") => truncated = Some(raw == "true"),
                    ("stats", ..) => found = stats(raw, &mut rest),
                    ("observations", _, Some(observations)) => seen = observations,
                    _ if raw == "null" => {}
                    _ => member(&mut rest, &key, raw),
                }
            }
            let named = |table: &mut Loose, row: usize| {
                for (name, text) in [("metric", &metric), ("qualifier", &qualifier)] {
                    if let Some(text) = text {
                        table.set(row, name, Value::Str(text));
                    }
                }
            };
            // A metric with observed things and no statistic still gets its row.
            let found = if found.is_empty() { vec![(String::new(), "null")] } else { found };
            for (stat, raw) in found {
                let row = table.begin();
                entry.group.set(&mut table, row, "");
                named(&mut table, row);
                if !stat.is_empty() {
                    table.set(row, "stat", Value::Str(&stat));
                }
                keep(&mut table, row, "value", Kind::Float, raw, &mut rest);
                if let Some(truncated) = truncated {
                    table.set(row, "truncated", Value::Bool(truncated));
                }
                table.set_extra(row, &std::mem::take(&mut rest));
            }
            for raw in seen {
                let row = detail.begin();
                entry.group.set(&mut detail, row, "group_");
                named(&mut detail, row);
                observed(&mut detail, row, raw);
            }
        }
        // A queue that nothing is known of is a row without values, and no zero.
        if !rest.is_empty() || table.rows() == before {
            let row = table.begin();
            entry.group.set(&mut table, row, "");
            table.set_extra(row, &rest);
        }
    }
    let named = |(name, rows): (&'static str, Loose)| Ok(Table { name: name.into(), batch: rows.finish()? });
    NAMES.into_iter().zip([table, detail]).map(named).collect::<Result<_, _>>().map(Tables)
}

/// One observed thing.
fn observed(table: &mut Loose, row: usize, raw: &str) {
    let mut rest = String::new();
    match members(raw) {
        Some(all) => {
            for (key, raw) in all {
                match DETAILS.iter().find(|(name, _)| *name == key) {
                    Some((_, kind)) => keep(table, row, &key, *kind, raw, &mut rest),
                    None => member(&mut rest, &key, raw),
                }
            }
        }
        None => member(&mut rest, "observation", raw),
    }
    table.set_extra(row, &rest);
}
