//! Listings that need no code of their own: where they are found, how they page, what stands in them.

use serde_json::{Value, json};

use super::{Page, asked_for, fits_name, is_descending, link, listing, named_so};
use crate::org::{Call, Org};
use crate::refusal::Refusal;
use crate::uuid::Uuid;

/// One thing of a listing.
pub(super) struct Row {
    pub(super) id: Uuid,
    pub(super) name: String,
    /// Index of its division, where it has one.
    pub(super) division: Option<usize>,
    pub(super) body: Value,
}

/// How a listing is told.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Paging {
    /// `pageNumber` with totals and links, so many at most to a page.
    Pages(usize),
    /// The same without totals: the last page has no `nextUri`.
    Uncounted(usize),
    /// `after`, and a `nextUri` while there is more.
    After(usize),
    /// All at once.
    Whole,
}

/// Tells the rows of a listing, or of a thing in the path that is not known.
type Rows = fn(&Org, &Call) -> Result<Vec<Row>, Refusal>;

/// A listing: its paths, its paging, its rows, and the paths of one of them.
struct Shelf {
    listings: &'static [&'static str],
    singles: &'static [&'static str],
    paging: Paging,
    rows: Rows,
}

const fn shelf(
    listings: &'static [&'static str],
    singles: &'static [&'static str],
    paging: Paging,
    rows: Rows,
) -> Shelf {
    Shelf { listings, singles, paging, rows }
}

/// Parameters that ask for what nothing on a shelf has: a description, a lock, a list of numbers not to be called.
const NONE: [&str; 12] = [
    "callAnalysisResponseSetId",
    "contentTemplateId",
    "defaultRoleId",
    "description",
    "dncListIds",
    "edgeGroupId",
    "jabberId",
    "lockedBy",
    "lockedByClientId",
    "publishVersionId",
    "ruleSetIds",
    "secure",
];

/// Where names are compared as `filterType` says.
const TYPED: [&str; 2] = ["outbound/campaigns", "outbound/contactlists"];

const SHELVES: &[Shelf] = &[
    shelf(&["routing/skills"], &["routing/skills/{skillId}"], Paging::Pages(500), Org::skill_rows),
    shelf(&["routing/languages"], &["routing/languages/{languageId}"], Paging::Pages(500), Org::language_rows),
    shelf(&["groups"], &["groups/{groupId}"], Paging::Pages(500), Org::group_rows),
    shelf(&["teams"], &["teams/{teamId}"], Paging::After(200), Org::team_rows),
    shelf(&["teams/{teamId}/members"], &[], Paging::After(100), Org::team_member_rows),
    shelf(&["locations"], &["locations/{locationId}"], Paging::Pages(500), Org::location_rows),
    shelf(&["flows", "flows/divisionviews"], &["flows/{flowId}"], Paging::Pages(500), Org::flow_rows),
    shelf(
        &["flows/outcomes", "flows/outcomes/divisionviews"],
        &["flows/outcomes/{flowOutcomeId}"],
        Paging::Pages(500),
        Org::outcome_rows,
    ),
    shelf(
        &["flows/milestones", "flows/milestones/divisionviews"],
        &["flows/milestones/{milestoneId}"],
        Paging::Pages(500),
        Org::milestone_rows,
    ),
    shelf(&["routing/queues/{queueId}/wrapupcodes"], &[], Paging::Pages(500), Org::code_rows),
    shelf(&["users/{userId}/routingskills"], &[], Paging::Pages(500), Org::user_skill_rows),
    shelf(&["users/{userId}/routinglanguages"], &[], Paging::Pages(500), Org::user_language_rows),
    shelf(&["users/{userId}/queues"], &[], Paging::Pages(100), Org::user_queue_rows),
    shelf(
        &["quality/forms/evaluations", "quality/publishedforms/evaluations", "quality/forms"],
        &[
            "quality/forms/evaluations/{formId}",
            "quality/publishedforms/evaluations/{formId}",
            "quality/forms/{formId}",
        ],
        Paging::Pages(500),
        Org::evaluation_form_rows,
    ),
    shelf(
        &["quality/forms/surveys", "quality/publishedforms/surveys"],
        &["quality/forms/surveys/{formId}", "quality/publishedforms/surveys/{formId}"],
        Paging::Pages(500),
        Org::survey_form_rows,
    ),
    shelf(
        &["outbound/campaigns", "outbound/campaigns/divisionviews"],
        &["outbound/campaigns/{campaignId}", "outbound/campaigns/divisionviews/{campaignId}"],
        Paging::Pages(500),
        Org::campaign_rows,
    ),
    shelf(
        &["outbound/campaigns/all", "outbound/campaigns/all/divisionviews"],
        &[],
        Paging::Pages(500),
        Org::every_campaign,
    ),
    shelf(
        &["outbound/messagingcampaigns", "outbound/messagingcampaigns/divisionviews"],
        &[
            "outbound/messagingcampaigns/{messagingCampaignId}",
            "outbound/messagingcampaigns/divisionviews/{messagingCampaignId}",
        ],
        Paging::Pages(500),
        Org::messaging_rows,
    ),
    shelf(
        &["outbound/contactlists", "outbound/contactlists/divisionviews"],
        &["outbound/contactlists/{contactListId}", "outbound/contactlists/divisionviews/{contactListId}"],
        Paging::Pages(500),
        Org::contact_list_rows,
    ),
    shelf(&["authorization/roles"], &["authorization/roles/{roleId}"], Paging::Pages(500), Org::role_rows),
    shelf(&["oauth/clients"], &["oauth/clients/{clientId}"], Paging::Whole, Org::client_rows),
];

impl Org {
    /// Answers from a shelf, if there is one for the path.
    pub(crate) fn shelf(&self, path: &str, call: &Call) -> Option<Result<Vec<u8>, Refusal>> {
        let is_listing = |shelf: &&Shelf| shelf.listings.contains(&path);
        if let Some(shelf) = SHELVES.iter().find(is_listing) {
            return Some((shelf.rows)(self, call).and_then(|rows| self.told(call, shelf.paging, rows)));
        }
        let shelf = SHELVES.iter().find(|shelf| shelf.singles.contains(&path))?;
        Some((shelf.rows)(self, call).and_then(|rows| self.one_of(call, rows)))
    }

    pub(super) fn told(&self, call: &Call, paging: Paging, mut rows: Vec<Row>) -> Result<Vec<u8>, Refusal> {
        let divisions = &self.directory.divisions;
        let wanted = call.parameters("divisionId");
        rows.retain(|row| {
            let division = row.division.map(|at| divisions[at].id);
            division
                .is_none_or(|id| call.sees(&[id]) && (wanted.is_empty() || wanted.contains(&id.to_string().as_str())))
        });
        rows.retain(|row| asked_for(call, row.id));
        let name = call.parameter("name").filter(|name| !name.is_empty());
        match name.filter(|_| TYPED.iter().any(|place| call.path.trim_end_matches("/divisionviews").ends_with(place))) {
            Some(name) => compare(call, name, &mut rows)?,
            None => rows.retain(|row| named_so(call, &row.name)),
        }
        rows.retain(|row| call.parameter("nameOrDescription").is_none_or(|asked| fits_name(asked, &row.name)));
        if NONE.iter().any(|name| !call.parameters(name).is_empty()) {
            rows.clear();
        }
        if is_descending(call) {
            rows.reverse();
        }
        let all: Vec<Value> = rows.into_iter().map(|row| row.body).collect();
        Ok(match paging {
            Paging::Pages(most) => listing(call, Page::of(call, most)?, all),
            Paging::Whole => json!({"entities": all, "selfUri": call.target()}).to_string().into_bytes(),
            Paging::Uncounted(most) => uncounted(call, Page::of(call, most)?, all),
            Paging::After(most) => after(call, Page::of(call, most)?, all),
        })
    }

    fn one_of(&self, call: &Call, rows: Vec<Row>) -> Result<Vec<u8>, Refusal> {
        let id = call.params.last().and_then(|text| Uuid::parse(text));
        let row = rows.into_iter().find(|row| Some(row.id) == id).ok_or_else(Refusal::not_found)?;
        if let Some(division) = row.division {
            call.must_see(&[self.directory.divisions[division].id])?;
        }
        Ok(row.body.to_string().into_bytes())
    }
}

/// Leaves the rows whose names compare as `filterType` says, by the beginning unless told.
fn compare(call: &Call, asked: &str, rows: &mut Vec<Row>) -> Result<(), Refusal> {
    let asked = asked.to_lowercase();
    let test: fn(&str, &str) -> bool = match call.parameter("filterType").unwrap_or("Prefix").to_lowercase().as_str() {
        "equals" => |name, asked| name == asked,
        "contains" => |name, asked| name.contains(asked),
        "endswith" => |name, asked| name.ends_with(asked),
        "lessthan" => |name, asked| name < asked,
        "lessthanequalto" => |name, asked| name <= asked,
        "greaterthan" => |name, asked| name > asked,
        "greaterthanequalto" => |name, asked| name >= asked,
        "regex" => return Err(Refusal::bad("Names by RegEx are not simulated.")),
        _ => |name, asked| name.starts_with(asked),
    };
    rows.retain(|row| test(&row.name.to_lowercase(), &asked));
    Ok(())
}

/// Pages without totals.
fn uncounted(call: &Call, page: Page, all: Vec<Value>) -> Vec<u8> {
    let link = |number: usize| link(call, &[("pageSize", page.size), ("pageNumber", number)]);
    let from = (page.number - 1) * page.size;
    let more = all.len() > from.saturating_add(page.size);
    let shown: Vec<Value> = all.into_iter().skip(from).take(page.size).collect();
    let mut body = json!({
        "entities": shown,
        "pageSize": page.size,
        "pageNumber": page.number,
        "firstUri": link(1),
        "selfUri": link(page.number),
    });
    if more {
        body["nextUri"] = json!(link(page.number + 1));
    }
    if page.number > 1 {
        body["previousUri"] = json!(link(page.number - 1));
    }
    body.to_string().into_bytes()
}

/// A cursor: there is no page number and no total.
fn after(call: &Call, page: Page, all: Vec<Value>) -> Vec<u8> {
    let from = call.parameter("after").and_then(|text| text.parse::<usize>().ok()).unwrap_or(0);
    let link = |after: usize| link(call, &[("pageSize", page.size), ("after", after)]);
    let total = all.len();
    let shown: Vec<Value> = all.into_iter().skip(from).take(page.size).collect();
    let mut body = json!({"entities": shown, "selfUri": link(from)});
    if from.saturating_add(page.size) < total {
        body["nextUri"] = json!(link(from + page.size));
    }
    body.to_string().into_bytes()
}
