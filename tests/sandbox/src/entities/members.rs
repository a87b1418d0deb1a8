//! Members of queues and groups, with what they do at this moment where it is asked for.

use serde_json::{Value, json};

use super::presences::routing_json;
use super::rows::{index, row};
use super::shelf::{Paging, Row};
use super::{path_id, says};
use crate::agents::presence::DEFINITIONS;
use crate::analytics::members::Present;
use crate::directory::{Named, Queue, User};
use crate::org::{Call, Org};
use crate::refusal::Refusal;

/// What each user does, in the order of the directory; nobody where it is not asked for.
type Everybody = [Option<Present>];

impl Org {
    /// Answers where a path is one of members.
    pub(crate) fn members_of(&mut self, path: &str, call: &Call) -> Option<Result<Vec<u8>, Refusal>> {
        let paging = match path {
            "routing/queues/{queueId}/members" | "routing/queues/{queueId}/users" => Paging::Uncounted(100),
            "groups/{groupId}/members" => Paging::Pages(500),
            "groups/{groupId}/individuals" => Paging::Whole,
            _ => return None,
        };
        let is_queue = path.starts_with("routing");
        let now = ["presence", "routingStatus"];
        let is_asked = now.iter().any(|name| !call.parameters(name).is_empty());
        let everybody = if is_asked { self.present(call.now) } else { self.present_if_asked(call) };
        let rows = if is_queue { self.queue_members(call, &everybody) } else { self.group_members(call, &everybody) };
        Some(rows.and_then(|rows| self.told(call, paging, rows)))
    }

    fn group_members(&self, call: &Call, everybody: &Everybody) -> Result<Vec<Row>, Refusal> {
        let at = index(&self.directory.groups, call)?;
        let members = self.directory.group(at);
        Ok(members
            .map(|user| row(&user.entity, Some(user.entity.division), self.user_json(user, call, everybody)))
            .collect())
    }

    pub(super) fn queue_in_path(&self, call: &Call) -> Result<&Queue, Refusal> {
        let queue = self.directory.queue(path_id(call)?).ok_or_else(Refusal::not_found)?;
        call.must_see(&[self.directory.divisions[queue.entity.division].id])?;
        Ok(queue)
    }

    /// Members of a queue. Each of them has joined, by itself.
    fn queue_members(&self, call: &Call, everybody: &Everybody) -> Result<Vec<Row>, Refusal> {
        let queue = self.queue_in_path(call)?;
        if !says(call, "joined", "true") || !says(call, "memberBy", "user") {
            return Ok(Vec::new());
        }
        let members =
            queue.members.iter().map(|at| (&self.directory.users[*at], everybody.get(*at).copied().flatten()));
        let rows =
            members.filter(|(user, present)| self.is_wanted(call, user, present.as_ref())).map(|(user, present)| {
                let id = user.entity.id.to_string();
                let mut body = json!({
                    "id": id,
                    "name": user.entity.name,
                    "user": {"id": id, "name": user.entity.name, "selfUri": format!("/api/v2/users/{id}")},
                    "ringNumber": 1,
                    "joined": true,
                    "memberBy": "user",
                    "selfUri": format!("/api/v2/routing/queues/{}/members/{id}", queue.entity.id),
                });
                if !call.parameters("expand").is_empty() {
                    body["user"] = self.user_json(user, call, everybody);
                }
                if let Some(present) = present.filter(|_| call.parameters("expand").contains(&"routingStatus")) {
                    body["routingStatus"] = routing_json(&present);
                }
                row(&user.entity, None, body)
            });
        Ok(rows.collect())
    }

    /// Whether a member has what is asked for: one of the values of each parameter, by id or by name.
    fn is_wanted(&self, call: &Call, user: &User, present: Option<&Present>) -> bool {
        let asks = |name: &str, has: &[String]| {
            let asked = call.parameters(name);
            asked.is_empty() || asked.iter().any(|one| has.iter().any(|value| value.eq_ignore_ascii_case(one)))
        };
        let either = |(thing, _): (&Named, i64)| [thing.id.to_string(), thing.name.clone()];
        let presence = present.map(|present| {
            let chosen = self.presence_id(DEFINITIONS[present.definition].name);
            [chosen.to_string(), present.presence.name().into(), present.presence.key().into()].to_vec()
        });
        let routing = present.map(|present| vec![present.routing.key().to_string()]);
        asks("presence", &presence.unwrap_or_default())
            && asks("routingStatus", &routing.unwrap_or_default())
            && asks("skills", &self.directory.skills_of(user).flat_map(either).collect::<Vec<_>>())
            && asks("languages", &self.directory.languages_of(user).flat_map(either).collect::<Vec<_>>())
            && asks("profileSkills", &[])
    }

    /// What `expand=` adds to a user besides what the user does at this moment.
    pub(super) fn expand_user(&self, user: &User, call: &Call, body: &mut Value) {
        for wanted in call.parameters("expand") {
            let bodies = |rows: Vec<Row>| rows.into_iter().map(|row| row.body).collect::<Vec<_>>();
            let told = match wanted {
                "skills" => json!(bodies(Self::mastered_rows(user, self.directory.skills_of(user), "skill"))),
                "languages" => json!(bodies(Self::mastered_rows(user, self.directory.languages_of(user), "language"))),
                "groups" => {
                    let at = self.directory.user_index(user.entity.id).unwrap_or_default();
                    let groups = 0..self.directory.groups.len();
                    let of_user = groups.filter(|group| self.directory.is_in_group(at, *group));
                    of_user.map(|group| self.group_json(group, call)).collect()
                }
                "locations" => {
                    let place = &self.directory.locations[user.entity.division];
                    json!([{"id": place.id.to_string(), "locationDefinition": super::named("locations", place.id)}])
                }
                "authorization" => self.rights_json(user.entity.id),
                "profileSkills" | "certifications" => json!([]),
                "station" => self.stations_json(user),
                "team" => {
                    let team = &self.directory.teams[user.team];
                    json!({"id": team.id.to_string(), "name": team.name})
                }
                _ => continue,
            };
            body[wanted] = told;
        }
    }
}
