//! Listings that turn ids into names: one table, named as what is listed.

use super::column::{Kind, Value};
use super::grouped::{keep, rows, snake};
use super::loose::Loose;
use super::raw::{items, member, members};
use super::{Fault, Table, Tables};
use crate::json::text_of;
use crate::reader::Reader;

/// The columns of every listing, even where the kind of entity does not have them: a union of listings has one shape.
const COMMON: &[(&str, Kind)] = &[
    ("id", Kind::Str),
    ("name", Kind::Str),
    ("division_id", Kind::Str),
    ("division_name", Kind::Str),
    ("description", Kind::Str),
    ("state", Kind::Str),
    ("version", Kind::Int),
    ("date_created", Kind::Time),
    ("date_modified", Kind::Time),
    ("created_by", Kind::Str),
    ("modified_by", Kind::Str),
    ("self_uri", Kind::Str),
];

/// The other properties of the models that are no objects (official Python SDK 269.0.0); everything else is in
/// `_extra`, as it came.
const MORE: &[(&str, &[(&str, Kind)])] = &[
    (
        "users",
        &[
            ("email", Kind::Str),
            ("username", Kind::Str),
            ("preferredName", Kind::Str),
            ("department", Kind::Str),
            ("title", Kind::Str),
            ("acdAutoAnswer", Kind::Bool),
            ("certifications", Kind::List),
            ("profileSkills", Kind::List),
            ("languagePreference", Kind::Str),
            ("dateLastLogin", Kind::Time),
            ("dateWelcomeSent", Kind::Time),
        ],
    ),
    (
        "queues",
        &[
            ("memberCount", Kind::Int),
            ("userMemberCount", Kind::Int),
            ("joinedMemberCount", Kind::Int),
            ("scoringMethod", Kind::Str),
            ("lastAgentRoutingMode", Kind::Str),
            ("skillEvaluationMethod", Kind::Str),
            ("autoAnswerOnly", Kind::Bool),
            ("defaultMediaLanguage", Kind::Str),
            ("enableTranscription", Kind::Bool),
            ("enableAudioMonitoring", Kind::Bool),
            ("enableManualAssignment", Kind::Bool),
            ("callingPartyName", Kind::Str),
            ("callingPartyNumber", Kind::Str),
            ("peerId", Kind::Str),
            ("suppressInQueueCallRecording", Kind::Bool),
        ],
    ),
    ("divisions", &[("homeDivision", Kind::Bool)]),
    (
        "groups",
        &[
            ("memberCount", Kind::Int),
            ("type", Kind::Str),
            ("visibility", Kind::Str),
            ("rulesVisible", Kind::Bool),
            ("rolesEnabled", Kind::Bool),
            ("includeOwners", Kind::Bool),
            ("callsEnabled", Kind::Bool),
            ("email", Kind::Str),
        ],
    ),
    ("teams", &[("memberCount", Kind::Int)]),
];

/// Reads a page of a listing, one entity, or a list of them.
pub(super) fn decode(of: &str, body: &str) -> Result<Tables, Fault> {
    let more = MORE.iter().find(|(name, _)| *name == of).map_or(&[][..], |(_, columns)| columns);
    let names: Vec<(String, Kind)> = more.iter().map(|(key, kind)| (snake(key), *kind)).collect();
    let columns = COMMON.iter().copied().chain(names.iter().map(|(name, kind)| (name.as_str(), *kind)));
    let mut table = Loose::new(columns);
    let whole = Reader::all(body, Reader::value)?;
    let entities = match (items(whole), members(whole)) {
        (Some(entities), _) => entities,
        (None, Some(all)) => match all.iter().find(|(key, _)| key == "entities") {
            Some((_, raw)) => rows(raw)?,
            None if all.iter().any(|(key, _)| key == "id") => vec![whole],
            None => Vec::new(),
        },
        (None, None) => return Err(Fault::Json(serde::de::Error::custom("neither a listing nor an entity"))),
    };
    for raw in entities {
        let row = table.begin();
        let mut rest = String::new();
        match members(raw) {
            Some(all) => {
                for (key, raw) in all {
                    entity(&mut table, row, more, &key, raw, &mut rest);
                }
            }
            None => member(&mut rest, "entity", raw),
        }
        table.set_extra(row, &rest);
    }
    Ok(Tables(vec![Table { name: of.to_owned().into(), batch: table.finish()? }]))
}

fn entity(table: &mut Loose, row: usize, more: &[(&str, Kind)], key: &str, raw: &str, rest: &mut String) {
    if key == "division"
        && let Some(all) = members(raw)
    {
        let mut left = String::new();
        for (key, raw) in all {
            match (&*key, text_of(raw)) {
                ("id", Some(id)) if table.set(row, "division_id", Value::Str(&id)) => {}
                ("name", Some(name)) if table.set(row, "division_name", Value::Str(&name)) => {}
                _ => member(&mut left, &key, raw),
            }
        }
        if !left.is_empty() {
            member(rest, "division", &format!("{{{left}}}"));
        }
        return;
    }
    let name = snake(key);
    let common = COMMON.iter().find(|(column, _)| *column == name && !column.starts_with("division_"));
    match common.map(|(_, kind)| *kind).or_else(|| more.iter().find(|(own, _)| *own == key).map(|(_, kind)| *kind)) {
        Some(kind) => keep(table, row, key, kind, raw, rest),
        None => member(rest, key, raw),
    }
}
