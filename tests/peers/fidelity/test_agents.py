"""What agents are seen doing, as the official SDK reads it."""
import PureCloudPlatformClientV2 as sdk
import pytest

from asking import filled, paging


@pytest.fixture(scope="module")
def api(admin):
    return admin.api("AnalyticsApi")


@pytest.fixture(scope="module")
def users(admin, api, sandbox):
    """Every user's records of the finished day."""
    found, number = [], 1
    while True:
        query = filled(sdk.UserDetailsQuery(), interval=sandbox["interval"], paging=paging(100, number))
        page = api.post_analytics_users_details_query(query).user_details
        if not page:
            return found
        found, number = found + page, number + 1


def test_every_presence_and_routing_status_occurs(users):
    presences = {record.system_presence for user in users for record in user.primary_presence}
    assert presences == {"AVAILABLE", "AWAY", "BUSY", "OFFLINE", "ON_QUEUE", "MEAL", "TRAINING", "MEETING", "BREAK"}
    statuses = {record.routing_status for user in users for record in user.routing_status}
    assert statuses == {"OFF_QUEUE", "IDLE", "INTERACTING", "NOT_RESPONDING"}


@pytest.mark.parametrize("granularity", [None, "PT1H"])
def test_aggregates_of_users(admin, api, sandbox, users, granularity):
    query = filled(
        sdk.UserAggregationQuery(), interval=sandbox["interval"], granularity=granularity, group_by=["userId"],
        metrics=["tAgentRoutingStatus", "tSystemPresence", "tOrganizationPresence"])
    answer = api.post_analytics_users_aggregates_query(query)
    assert {result.group["userId"] for result in answer.results} == {user.user_id for user in users}
    assert len(answer.results[0].data) == (24 if granularity else 1)
    assert answer.system_to_organization_mappings["BUSY"]


def test_a_job_of_user_details(admin, api, sandbox, users):
    job = api.post_analytics_users_details_jobs(filled(sdk.AsyncUserDetailsQuery(), interval=sandbox["interval"])).job_id
    sandbox.control("POST", "/clock", {"advance_ms": 4_000})
    assert api.get_analytics_users_details_job(job).state == "FULFILLED"
    found, cursor = [], {}
    while True:
        page = api.get_analytics_users_details_job_results(job, page_size=75, **cursor)
        found += page.user_details
        if not page.cursor:
            break
        cursor = {"cursor": page.cursor}
    assert [user.to_dict() for user in found] == [user.to_dict() for user in users]
    assert api.get_analytics_users_details_jobs_availability().data_availability_date
    api.delete_analytics_users_details_job(job)
    assert api.get_analytics_users_details_job(job).state == "CANCELLED"


def test_a_job_of_user_aggregates(admin, api, sandbox):
    query = filled(sdk.UserAsyncAggregationQuery(), interval=sandbox["interval"], group_by=["userId"], metrics=["tSystemPresence"])
    job = api.post_analytics_users_aggregates_jobs(query).job_id
    sandbox.control("POST", "/clock", {"advance_ms": 4_000})
    assert api.get_analytics_users_aggregates_job(job).state == "FULFILLED"
    assert api.get_analytics_users_aggregates_job_results(job).results


def test_the_present_moment(admin, api, users):
    some = users[0].user_id
    predicate = filled(sdk.UserObservationQueryPredicate(), type="dimension", dimension="userId", operator="matches", value=some)
    only = filled(sdk.UserObservationQueryFilter(), type="or", predicates=[predicate])
    query = filled(sdk.UserObservationQuery(), filter=only, metrics=["oActiveQueues", "oMemberQueues"])
    assert api.post_analytics_users_observations_query(query).results[0].data[1].stats.count > 0
    presence = admin.api("PresenceApi").get_user_presences_purecloud(some)
    assert presence.presence_definition.system_presence
    assert admin.api("PresenceApi").get_user_presence(some, "PURECLOUD").to_dict() == presence.to_dict()
    assert admin.api("UsersApi").get_user_routingstatus(some).status
    presences = admin.api("PresenceApi")
    (one,) = presences.get_users_presences_purecloud_bulk(id=[some])
    (other,) = presences.get_users_presence_bulk("PURECLOUD", id=[some])
    assert one.to_dict() == other.to_dict() and one.user_id == some
    assert one.presence_definition.to_dict() == presence.presence_definition.to_dict()
    listed = admin.api("PresenceApi").get_presencedefinitions(page_size=5)
    defined = presences.get_presence_definitions().entities
    assert presences.get_presence_definition(defined[0].id).id == defined[0].id
    assert listed.total == 12 and admin.api("PresenceApi").get_presencedefinition(listed.entities[0].id).primary


def test_the_status_of_agents(admin, api):
    predicate = filled(sdk.AgentStateAgentQueryPredicate(), dimension="online", value="true")
    clause = filled(sdk.AgentStateSessionQueryClause(), type="or", predicates=[
        filled(sdk.AgentStateSessionQueryPredicate(), dimension="mediaType", value=media) for media in ("voice", "message")])
    filters = {
        "user_filter": filled(sdk.AgentStateUserFilter(), type="and", predicates=[predicate]),
        "session_filter": filled(sdk.AgentStateSessionFilter(), type="and", clauses=[clause])}
    query = filled(sdk.AgentStateQueryRequest(), user_order_by="adherenceDate", user_order="desc", session_order="desc", **filters)
    agents = api.post_analytics_agents_status_query(query).entities
    assert len(agents) > 20 and all(agent.sessions for agent in agents)
    groups = ["segmentType", "presence", "routingStatus", "isOutOfOffice", "adherenceState", "actualActivityCategory"]
    counts = filled(sdk.AgentStateCountsRequest(), **filters)
    told = api.post_analytics_agents_status_counts(counts, group_by=groups)
    assert sum(one.count for one in told.routing_status_counts) >= len(agents) and told.segment_counts
    assert api.get_analytics_agent_status(agents[0].user_id).user_name == agents[0].user_name


@pytest.mark.parametrize(("family", "metrics"), [
    ("User", {"oActiveQueues", "oMemberQueues"}),
    ("Routing", {"oActiveUsers", "oMemberUsers", "oOffQueueUsers", "oOnQueueUsers", "oUserPresences", "oUserRoutingStatuses"}),
    ("Team", {"oTeamOffQueueUsers", "oTeamOnQueueUsers", "oTeamPresences", "oTeamRoutingStatuses"}),
])
def test_activity(admin, api, family, metrics):
    asked = [filled(getattr(sdk, f"{family}ActivityQueryMetric")(), metric=metric, details=True) for metric in sorted(metrics)]
    group = {"User": "userId", "Routing": "queueId", "Team": "teamId"}[family]
    query = filled(getattr(sdk, f"{family}ActivityQuery")(), metrics=asked, group_by=[group])
    name = {"User": "users", "Routing": "routing", "Team": "teams"}[family]
    answer = getattr(api, f"post_analytics_{name}_activity_query")(query)
    assert {data.metric for result in answer.results for data in result.data} == metrics
    assert answer.results[0].entities[0].user_id
