//! What stands in the listings of people and things.

use serde_json::{Value, json};

use super::shelf::Row;
use super::{named, path_id};
use crate::directory::{FLOW_VERSION, Named, User};
use crate::org::{Call, Org};
use crate::refusal::Refusal;
use crate::time::{DAY, iso, parse_iso};

/// Everything was set up long before anyone looks.
pub(crate) const FOUNDED: i64 = 19_700 * DAY;

/// Rows, or the refusal of a path that leads to nothing.
type Rows = Result<Vec<Row>, Refusal>;

pub(super) fn row(thing: &Named, division: Option<usize>, body: Value) -> Row {
    Row { id: thing.id, name: thing.name.clone(), division, body }
}

impl Org {
    /// Things with a name and a division under a path.
    fn divided(&self, things: &[Named], path: &str, more: impl Fn(usize, &mut Value)) -> Vec<Row> {
        let rows = things.iter().enumerate().map(|(at, thing)| {
            let mut body = json!({
                "id": thing.id.to_string(),
                "name": thing.name,
                "division": self.division_json(thing.division),
                "selfUri": format!("/api/v2/{path}/{}", thing.id),
            });
            more(at, &mut body);
            row(thing, Some(thing.division), body)
        });
        rows.collect()
    }

    fn plain(things: &[Named], kind: &str) -> Vec<Row> {
        let rows = things.iter().map(|thing| {
            let body = json!({
                "id": thing.id.to_string(),
                "name": thing.name,
                "dateModified": iso(FOUNDED),
                "state": "active",
                "version": "1",
                "selfUri": format!("/api/v2/routing/{kind}/{}", thing.id),
            });
            row(thing, None, body)
        });
        rows.collect()
    }

    /// ACD skills.
    pub(super) fn skill_rows(&self, _call: &Call) -> Rows {
        Ok(Self::plain(&self.directory.skills, "skills"))
    }

    /// ACD languages.
    pub(super) fn language_rows(&self, _call: &Call) -> Rows {
        Ok(Self::plain(&self.directory.languages, "languages"))
    }

    /// Groups, which have no division.
    pub(super) fn group_rows(&self, call: &Call) -> Rows {
        let groups = self.directory.groups.iter().enumerate();
        Ok(groups.map(|(at, group)| row(group, None, self.group_json(at, call))).collect())
    }

    pub(super) fn group_json(&self, at: usize, call: &Call) -> Value {
        let group = &self.directory.groups[at];
        let modified = self.group_changes(call).get(&group.id).map_or(FOUNDED, |(modified, _)| FOUNDED.max(*modified));
        json!({
            "id": group.id.to_string(),
            "name": group.name,
            "dateModified": iso(modified),
            "memberCount": self.directory.group(at).count(),
            "state": "active",
            "version": 3,
            "type": "official",
            "rulesVisible": true,
            "visibility": "public",
            "selfUri": format!("/api/v2/groups/{}", group.id),
        })
    }

    /// Teams.
    pub(super) fn team_rows(&self, _call: &Call) -> Rows {
        Ok(self.divided(&self.directory.teams, "teams", |at, body| {
            body["dateCreated"] = json!(iso(FOUNDED));
            body["memberCount"] = json!(self.directory.team(at).count());
        }))
    }

    /// The team in the path, which the caller must see.
    pub(super) fn team_in_path(&self, call: &Call) -> Result<usize, Refusal> {
        let at = index(&self.directory.teams, call)?;
        call.must_see(&[self.directory.divisions[self.directory.teams[at].division].id])?;
        Ok(at)
    }

    /// Members of a team: names alone.
    pub(super) fn team_member_rows(&self, call: &Call) -> Rows {
        let rows = self.directory.team(self.team_in_path(call)?).map(|user| {
            let id = user.entity.id.to_string();
            let body = json!({"id": id, "name": user.entity.name, "selfUri": format!("/api/v2/users/{id}")});
            row(&user.entity, None, body)
        });
        Ok(rows.collect())
    }

    /// Places of work.
    pub(super) fn location_rows(&self, _call: &Call) -> Rows {
        let rows = self.directory.locations.iter().map(|location| {
            let country = if location.division == 1 { "DE" } else { "US" };
            let body = json!({
                "id": location.id.to_string(),
                "name": location.name,
                "address": {"city": location.name, "country": country},
                "state": "active",
                "version": 2,
                "path": [],
                "selfUri": format!("/api/v2/locations/{}", location.id),
            });
            row(location, None, body)
        });
        Ok(rows.collect())
    }

    /// Architect flows; `type` leaves those of a kind.
    pub(super) fn flow_rows(&self, call: &Call) -> Rows {
        let kinds = call.parameters("type");
        let published = |name: &str| match call.parameter(name).filter(|text| !text.is_empty()) {
            Some(text) => parse_iso(text).map(Some).ok_or_else(Refusal::date),
            None => Ok(None),
        };
        let (after, before) = (published("publishedAfter")?, published("publishedBefore")?);
        if after.is_some_and(|after| FOUNDED <= after) || before.is_some_and(|before| FOUNDED >= before) {
            return Ok(Vec::new());
        }
        let mut rows = self.divided(&self.directory.flows, "flows", |at, body| {
            let kind = self.directory.flow_kind(at);
            let version = json!({
                "id": FLOW_VERSION,
                "name": FLOW_VERSION,
                "type": "PUBLISH",
                "secure": false,
                "datePublished": iso(FOUNDED),
            });
            body["type"] = json!(kind);
            body["publishedVersion"] = version.clone();
            if !call.path.ends_with("divisionviews") {
                body["active"] = json!(true);
                body["system"] = json!(false);
                body["deleted"] = json!(false);
                body["checkedInVersion"] = version;
                body["publishedBy"] = named("users", self.directory.founder());
            }
        });
        rows.retain(|row| {
            kinds.is_empty()
                || kinds.iter().any(|kind| row.body["type"].as_str().is_some_and(|t| t.eq_ignore_ascii_case(kind)))
        });
        Ok(rows)
    }

    /// What flows may achieve.
    pub(super) fn outcome_rows(&self, _call: &Call) -> Rows {
        Ok(self.divided(&self.directory.outcomes, "flows/outcomes", |_, _| ()))
    }

    /// What flows may pass.
    pub(super) fn milestone_rows(&self, _call: &Call) -> Rows {
        Ok(self.divided(&self.directory.milestones, "flows/milestones", |_, _| ()))
    }

    /// The wrap-up codes of a queue: all there are.
    pub(super) fn code_rows(&self, call: &Call) -> Rows {
        self.queue_in_path(call)?;
        let codes = self.directory.wrap_ups.iter();
        Ok(codes.map(|code| row(code, Some(code.division), self.code_json(code))).collect())
    }

    fn user_in_path(&self, call: &Call) -> Result<(usize, &User), Refusal> {
        let id = path_id(call)?;
        let at = self.directory.users.iter().position(|user| user.entity.id == id).ok_or_else(Refusal::not_found)?;
        let user = &self.directory.users[at];
        call.must_see(&[self.directory.divisions[user.entity.division].id])?;
        Ok((at, user))
    }

    pub(super) fn mastered_rows<'a>(
        user: &User,
        mastered: impl Iterator<Item = (&'a Named, i64)>,
        kind: &str,
    ) -> Vec<Row> {
        let rows = mastered.map(|(thing, proficiency)| {
            let mut body = json!({
                "id": thing.id.to_string(),
                "name": thing.name,
                "proficiency": proficiency as f64,
                "state": "active",
                "selfUri": format!("/api/v2/users/{}/routing{kind}s/{}", user.entity.id, thing.id),
            });
            body[format!("{kind}Uri")] = json!(format!("/api/v2/routing/{kind}s/{}", thing.id));
            row(thing, None, body)
        });
        rows.collect()
    }

    /// A user's skills.
    pub(super) fn user_skill_rows(&self, call: &Call) -> Rows {
        let (_, user) = self.user_in_path(call)?;
        Ok(Self::mastered_rows(user, self.directory.skills_of(user), "skill"))
    }

    /// A user's languages.
    pub(super) fn user_language_rows(&self, call: &Call) -> Rows {
        let (_, user) = self.user_in_path(call)?;
        Ok(Self::mastered_rows(user, self.directory.languages_of(user), "language"))
    }

    /// The queues a user is a member of.
    pub(super) fn user_queue_rows(&self, call: &Call) -> Rows {
        let (at, _) = self.user_in_path(call)?;
        let changes = self.last_changes(self.directory.queues_of(at).map(|queue| queue.entity.id), call.now);
        let rows = self.directory.queues_of(at).map(|queue| {
            let mut body = self.queue_json(queue, &changes);
            if let Some(members) = body.as_object_mut() {
                members.shift_remove("autoAnswerOnly");
                members.insert("joined".into(), json!(true));
            }
            row(&queue.entity, Some(queue.entity.division), body)
        });
        Ok(rows.collect())
    }
}

/// Index of the thing whose id is in the path.
pub(super) fn index(things: &[Named], call: &Call) -> Result<usize, Refusal> {
    let id = path_id(call)?;
    things.iter().position(|thing| thing.id == id).ok_or_else(Refusal::not_found)
}
