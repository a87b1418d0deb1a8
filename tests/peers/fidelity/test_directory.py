"""People and things, as the official SDK reads them."""
import PureCloudPlatformClientV2 as sdk
import pytest

from asking import filled, whole


@pytest.mark.parametrize(("api", "listing", "single"), [
    ("RoutingApi", "get_routing_skills", "get_routing_skill"),
    ("RoutingApi", "get_routing_languages", "get_routing_language"),
    ("GroupsApi", "get_groups", "get_group"),
    ("LocationsApi", "get_locations", "get_location"),
    ("ArchitectApi", "get_flows", "get_flow"),
    ("ArchitectApi", "get_flows_outcomes", "get_flows_outcome"),
    ("ArchitectApi", "get_flows_milestones", "get_flows_milestone"),
    ("AuthorizationApi", "get_authorization_roles", "get_authorization_role"),
    ("RoutingApi", "get_routing_wrapupcodes_divisionviews", "get_routing_wrapupcodes_divisionview"),
])
def test_a_listing_and_one_of_it(admin, api, listing, single):
    client = admin.api(api)
    found = whole(admin, getattr(client, listing))
    one = getattr(client, single)(found[-1].id)
    assert one.id == found[-1].id and one.name == found[-1].name


@pytest.mark.parametrize(("api", "listing"), [
    ("ArchitectApi", "get_flows_divisionviews"),
    ("ArchitectApi", "get_flows_outcomes_divisionviews"),
    ("ArchitectApi", "get_flows_milestones_divisionviews"),
    ("RoutingApi", "get_routing_queues_divisionviews_all"),
])
def test_division_views(admin, api, listing):
    assert whole(admin, getattr(admin.api(api), listing))


def test_memberships(admin):
    routing, users = admin.api("RoutingApi"), admin.api("UsersApi")
    queue = routing.get_routing_queues(page_size=1).entities[0]
    members = routing.get_routing_queue_members(queue.id, page_size=5, joined=True).entities
    users_of = routing.get_routing_queue_users(queue.id, page_size=5, joined=True).entities
    assert [user.id for user in users_of] == [member.id for member in members]
    assert members and routing.get_routing_queue_wrapupcodes(queue.id).total == 30
    some = members[0].id
    assert any(one.id == queue.id for one in whole(admin, lambda **page: users.get_user_queues(some, joined=True, **page)))
    assert whole(admin, lambda **page: users.get_user_routingskills(some, **page))
    assert whole(admin, lambda **page: users.get_user_routinglanguages(some, **page))
    team = admin.api("TeamsApi").get_teams(page_size=1).entities[0]
    assert admin.api("TeamsApi").get_team(team.id).name == team.name
    assert admin.api("TeamsApi").get_team_members(team.id).entities
    group = admin.api("GroupsApi").get_groups().entities[0]
    assert admin.api("GroupsApi").get_group_members(group.id).total == group.member_count
    assert len(admin.api("GroupsApi").get_group_individuals(group.id).entities) == group.member_count


def test_who_may_what(admin, sandbox):
    authorization = admin.api("AuthorizationApi")
    assert authorization.get_authorization_subject(sandbox["user"]["id"]).grants
    assert authorization.get_user_roles(sandbox["user"]["id"]).roles
    assert authorization.get_authorization_divisions_home().home_division
    clients = admin.api("OAuthApi").get_oauth_clients().entities
    assert {client.id for client in clients} == {keys["client_id"] for keys in sandbox["clients"].values()}
    assert admin.api("OAuthApi").get_oauth_client(clients[0].id).secret is None


def test_usage_and_limits(admin, sandbox):
    query = filled(sdk.ApiUsageOrganizationQuery(), interval="2026-03-10T00:00:00.000Z/2026-03-11T00:00:00.000Z",
                   granularity="Day", metrics=["Requests", "Status200"], group_by=["OAuthClientId", "HttpMethod"])
    asked = admin.api("UsageApi").post_usage_query(query)
    result = admin.api("UsageApi").get_usage_query_execution_id_results(asked.execution_id)
    assert result.query_status == "Complete" and sum(row.requests for row in result.results) > 0
    api = admin.api("OrganizationApi")
    assert "platform.api" in api.get_organizations_limits_namespaces()["entities"]
    assert api.get_organizations_limits_namespace_defaults("platform.api").entities
    limits = api.get_organizations_limits_namespace("platform.api").entities
    assert all(limit.value for limit in limits)
