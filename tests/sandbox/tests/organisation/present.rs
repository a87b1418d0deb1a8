//! An organisation at moments that nobody chose, as its details and lists tell it: the truth for whatever asks what goes on.

use pegcount_sandbox::Size;
use pegcount_sandbox::time::{DAY, HOUR, MINUTE, iso, parse_iso};
use serde_json::{Value, json};

use crate::caller::{Caller, Chance};
use crate::questions::{Dimensions, pick, text};

/// A session that goes on.
pub(crate) struct Open {
    pub(crate) since: i64,
    /// What it is to a queue; nothing for what is in a flow alone.
    pub(crate) metric: Option<&'static str>,
    pub(crate) dimensions: Dimensions,
}

/// Somebody at work, or not.
pub(crate) struct Someone {
    pub(crate) id: String,
    pub(crate) team: String,
    /// Whether the list of users shows this one: members of queues and teams may be of other divisions.
    pub(crate) is_listed: bool,
    pub(crate) presence: (String, String, i64),
    pub(crate) routing: (String, i64),
}

impl Someone {
    pub(crate) fn is_on_queue(&self) -> bool {
        self.presence.0 == "ON_QUEUE"
    }
}

/// An organisation at one moment, as details and lists tell it.
pub(crate) struct Present {
    pub(crate) open: Vec<Open>,
    pub(crate) users: Vec<Someone>,
    /// Members by queue, as places in `users`.
    pub(crate) queues: Vec<(String, Vec<usize>)>,
    /// Likewise by team.
    pub(crate) teams: Vec<(String, Vec<usize>)>,
}

pub(crate) fn moment(value: &Value) -> i64 {
    parse_iso(value.as_str().unwrap()).unwrap()
}

pub(crate) fn list<'a>(of: &'a Value, name: &str) -> &'a [Value] {
    of[name].as_array().map_or(&[], Vec::as_slice)
}

/// The sessions of a conversation whose last segment is open.
fn open_sessions(it: &Value) -> Vec<Open> {
    let mut open = Vec::new();
    let customer = pick(list(it, "participants").first(), &["participantName"]);
    for participant in list(it, "participants") {
        for session in list(participant, "sessions") {
            let segments = list(session, "segments");
            let last = segments.last().unwrap();
            if last["segmentEnd"].is_string() {
                continue;
            }
            let metric = match (participant["purpose"].as_str().unwrap(), last["segmentType"].as_str().unwrap()) {
                ("acd", _) => Some("oWaiting"),
                ("agent", "alert") => Some("oAlerting"),
                ("agent", "interact" | "hold" | "callback" | "parked") => Some("oInteracting"),
                _ => None,
            };
            let mut dimensions = pick([it], &["conversationId"]);
            dimensions.extend(customer.clone());
            dimensions.extend(pick([participant], &["userId", "teamId"]));
            let names =
                ["mediaType", "sessionId", "direction", "usedRouting", "ani", "dnis", "addressFrom", "addressTo"];
            dimensions.extend(pick([session], &names));
            dimensions.extend(pick([&session["flow"]], &["flowId", "flowType"]));
            dimensions.extend(pick(segments, &["requestedLanguageId"]));
            let queue = segments.iter().rev().find(|segment| segment["queueId"].is_string());
            dimensions.extend(pick(queue, &["queueId"]));
            for (name, several) in [
                ("requestedRouting", pick([session], &["requestedRoutings"])),
                ("requestedRoutingSkillId", pick(segments, &["requestedRoutingSkillIds"])),
            ] {
                dimensions.extend(several.into_values().map(|values| (name, values)));
            }
            open.push(Open { since: moment(&last["segmentStart"]), metric, dimensions });
        }
    }
    open
}

/// Everything a listing has.
fn all(caller: &mut Caller, path: &str) -> Vec<Value> {
    let mut all = Vec::new();
    for number in 1.. {
        let joint = if path.contains('?') { '&' } else { '?' };
        let page = caller.get(&format!("{path}{joint}pageSize=100&pageNumber={number}")).parsed();
        all.extend(list(&page, "entities").iter().cloned());
        if list(&page, "entities").len() < 100 {
            break;
        }
    }
    all
}

impl Present {
    /// What a client is told; what users do is told to `admin`.
    fn of(caller: &mut Caller, client: &str) -> Self {
        let mut users = Self::everybody(caller);
        caller.log_in_to_count(client);
        let listed: Vec<String> = all(caller, "/api/v2/users").iter().map(|user| text(&user["id"])).collect();
        users.iter_mut().for_each(|user| user.is_listed = listed.contains(&user.id));
        let interval = format!("{}/{}", iso(caller.now - 7 * DAY + HOUR), iso(caller.now));
        let unfinished =
            json!({"type": "and", "predicates": [{"dimension": "conversationEnd", "operator": "notExists"}]});
        let conversations = caller.page_through(json!({"interval": interval, "conversationFilters": [unfinished]}));
        let mut members = |path: &str| {
            let mut members = Vec::new();
            for one in all(caller, path) {
                let ids = all(caller, &format!("{path}/{}/members", text(&one["id"])));
                let places = ids.iter().filter_map(|member| users.iter().position(|user| member["id"] == *user.id));
                members.push((text(&one["id"]), places.collect()));
            }
            members
        };
        let (queues, teams) = (members("/api/v2/routing/queues"), members("/api/v2/teams"));
        Self { open: conversations.iter().flat_map(open_sessions).collect(), users, queues, teams }
    }

    fn everybody(caller: &mut Caller) -> Vec<Someone> {
        caller.log_in("admin");
        let interval = format!("{}/{}", iso(caller.now), iso(caller.now + 1));
        let records = caller.page_through_users(json!({"interval": interval}));
        let someone = |user: &Value| {
            let records = records.iter().find(|one| one["userId"] == user["id"]).unwrap();
            let now = |name: &str| list(records, name).iter().find(|record| record["endTime"].is_null()).unwrap();
            let (presence, routing) = (now("primaryPresence"), now("routingStatus"));
            Someone {
                id: text(&user["id"]),
                team: text(&user["team"]["id"]),
                is_listed: false,
                presence: (
                    text(&presence["systemPresence"]),
                    text(&presence["organizationPresenceId"]),
                    moment(&presence["startTime"]),
                ),
                routing: (text(&routing["routingStatus"]), moment(&routing["startTime"])),
            }
        };
        all(caller, "/api/v2/users?expand=team").iter().map(someone).collect()
    }
}

/// Some of a list, one at least, in any order.
pub(crate) fn some<'a>(chance: &mut Chance, all: &[&'a str]) -> Vec<&'a str> {
    let mut left = all.to_vec();
    (0..=chance.below(all.len())).map(|_| left.remove(chance.below(left.len()))).collect()
}

fn rings(caller: &mut Caller) -> bool {
    let queued = json!({"type": "and", "predicates": [{"dimension": "queueId", "operator": "exists"}]});
    let asked = json!({"metrics": [{"metric": "oAlerting"}], "groupBy": ["mediaType"], "filter": queued});
    let answer = caller.ask("/api/v2/analytics/conversations/activity/query", asked);
    !list(&answer, "results").is_empty()
}

/// Calls on at moments of a day that nobody chose, in the name of these clients by turns.
pub(crate) fn at_random_moments(
    clients: [&str; 2],
    test: u32,
    mut ask: impl FnMut(&mut Caller, &mut Chance, &Present),
) {
    let mut chance = Chance::of(test);
    let mut caller = Caller::anywhere(clients[0], Size::Medium, &mut chance);
    for nth in 0..4 {
        caller.now += chance.below(150) as i64 * MINUTE + chance.below(60_000) as i64;
        // Two of the moments are such that it rings in a queue, which it does for seconds.
        caller.log_in_to_count(clients[nth % 2]);
        while nth < 2 && !rings(&mut caller) {
            caller.now += 1_000 + chance.below(60_000) as i64;
        }
        let present = Present::of(&mut caller, clients[nth % 2]);
        ask(&mut caller, &mut chance, &present);
    }
}
