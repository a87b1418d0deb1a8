"""What the sandbox answers, as the official SDK reads it."""
from datetime import datetime, timedelta, timezone

import PureCloudPlatformClientV2 as sdk
import pytest

from asking import details, filled, whole
from walker import Walker


def test_a_day_pages_to_its_end_each_conversation_once(day):
    found, total = day
    ids = [conversation.conversation_id for conversation in found]
    assert len(ids) == len(set(ids)) == total
    assert 3_000 < total < 7_000, "a medium organisation has about 5,000 conversations a day"


def test_a_day_has_everything_that_happens_in_a_contact_centre(day):
    found, _ = day
    sessions = [s for c in found for p in c.participants for s in p.sessions or ()]
    metrics = {m.name for s in sessions for m in s.metrics or ()}
    assert {s.media_type for s in sessions} >= {"voice", "callback", "chat", "email", "message"}
    assert metrics >= {"nOffered", "tAnswered", "tAbandon", "tTalk", "tHeld", "tAcw", "tHandle", "nTransferred", "nConsult"}
    assert any(s.flow for s in sessions) and any(g.conference for s in sessions for g in s.segments or ())
    assert all(c.conversation_end for c in found), "the day is over"
    assert {p.purpose for c in found for p in c.participants} >= {"customer", "acd", "agent", "ivr"}


def test_the_same_conversation_by_id_and_among_many(admin, day):
    found, _ = day
    api, ids = admin.api("AnalyticsApi"), [c.conversation_id for c in found[:50]]
    one = api.get_analytics_conversation_details(ids[0])
    many = api.get_analytics_conversations_details(id=ids).conversations
    assert {c.conversation_id for c in many} == set(ids)
    listed = {c.conversation_id: c for c in many}
    assert one.to_dict() == listed[ids[0]].to_dict() == found[0].to_dict()


def test_a_filter_leaves_only_what_it_names(admin, sandbox):
    predicate = sdk.SegmentDetailQueryPredicate()
    predicate.type, predicate.dimension, predicate.operator, predicate.value = "dimension", "mediaType", "matches", "email"
    only = sdk.SegmentDetailQueryFilter()
    only.type, only.predicates = "and", [predicate]
    answer = admin.api("AnalyticsApi").post_analytics_conversations_details_query(
        details(sandbox["interval"], segment_filters=[only]))
    assert answer.conversations
    for conversation in answer.conversations:
        assert "email" in {s.media_type for p in conversation.participants for s in p.sessions}


@pytest.fixture(scope="module")
def from_before(admin, sandbox):
    """Conversations of the week before that were still going on when the day began: the open and the latest ended first."""
    start = datetime.fromisoformat(sandbox["interval"].split("/")[0].replace("Z", "+00:00"))
    before = f"{start - timedelta(days=7):%Y-%m-%dT%H:%M:%S.000Z}/{start:%Y-%m-%dT%H:%M:%S.000Z}"
    api, found, number = admin.api("AnalyticsApi"), [], 1
    while True:
        query = details(before, number, order="desc", order_by="conversationEnd")
        page = api.post_analytics_conversations_details_query(query).conversations
        going_on = [c for c in page if c.conversation_end is None or c.conversation_end.replace(tzinfo=timezone.utc) >= start]
        found += going_on
        if len(going_on) < len(page):
            return found
        number += 1


def test_threads_stay_open_for_days(from_before):
    assert any(c.conversation_end is None for c in from_before)


@pytest.mark.parametrize("granularity", [None, "PT1H", "P1D"])
def test_aggregates(admin, sandbox, granularity, day, from_before):
    query = sdk.ConversationAggregationQuery()
    query.interval, query.granularity = sandbox["interval"], granularity
    query.group_by, query.metrics = ["mediaType", "queueId"], ["nOffered", "tAnswered", "tHandle", "tAbandon", "oServiceLevel"]
    answer = admin.api("AnalyticsApi").post_analytics_conversations_aggregates_query(query)
    counted = sum(m.stats.count for r in answer.results for d in r.data for m in d.metrics if m.metric == "nOffered")
    # An offer counts when it was made, not when its conversation began.
    start, end = (datetime.fromisoformat(text.replace("Z", "+00:00")) for text in sandbox["interval"].split("/"))
    offers = [m for c in day[0] + from_before for p in c.participants for s in p.sessions or () for m in s.metrics or ()
              if m.name == "nOffered"]
    truth = sum(m.value for m in offers if start <= m.emit_date.replace(tzinfo=timezone.utc) < end)
    assert counted == truth > 0


def test_a_job_from_submission_to_last_page(admin, sandbox, day):
    api = admin.api("AnalyticsApi")
    query = sdk.AsyncConversationQuery()
    query.interval, query.start_of_day_interval_matching = sandbox["interval"], True
    job = api.post_analytics_conversations_details_jobs(query).job_id
    assert api.get_analytics_conversations_details_job(job).state in ("QUEUED", "PENDING")
    sandbox.control("POST", "/clock", {"advance_ms": 4_000})
    status = api.get_analytics_conversations_details_job(job)
    assert status.state == "FULFILLED" and status.expiration_date > status.completion_date
    found, cursor = [], {}
    while True:
        page = api.get_analytics_conversations_details_job_results(job, page_size=1_000, **cursor)
        found += page.conversations
        if not page.cursor:
            break
        cursor = {"cursor": page.cursor}
    assert {c.conversation_id for c in found} == {c.conversation_id for c in day[0]}
    assert any(p.attributes for c in found for p in c.participants), "only jobs tell attributes"
    api.delete_analytics_conversations_details_job(job)
    assert api.get_analytics_conversations_details_job(job).state == "CANCELLED"


def test_a_job_of_aggregates_pages_to_what_the_query_answers(admin, sandbox):
    api = admin.api("AnalyticsApi")
    query, async_query = sdk.ConversationAggregationQuery(), sdk.ConversationAsyncAggregationQuery()
    for asked in (query, async_query):
        asked.interval, asked.granularity = sandbox["interval"], "PT1H"
        asked.group_by, asked.metrics = ["mediaType", "queueId"], ["nOffered", "tHandle", "oServiceLevel"]
    async_query.page_size = 25
    job = api.post_analytics_conversations_aggregates_jobs(async_query).job_id
    assert api.get_analytics_conversations_aggregates_job(job).state in ("QUEUED", "PENDING")
    sandbox.control("POST", "/clock", {"advance_ms": 4_000})
    assert api.get_analytics_conversations_aggregates_job(job).state == "FULFILLED"
    pages, cursor = [], {}
    while not pages or pages[-1].cursor:
        pages.append(api.get_analytics_conversations_aggregates_job_results(job, **cursor))
        cursor = {"cursor": pages[-1].cursor}
    assert len(pages) > 2 and {len(page.results) for page in pages[:-1]} == {25}
    direct = api.post_analytics_conversations_aggregates_query(query).results
    assert [r.to_dict() for page in pages for r in page.results] == [r.to_dict() for r in direct]


def test_observations(admin):
    queues = admin.api("RoutingApi").get_routing_queues(page_size=100).entities
    query = sdk.QueueObservationQuery()
    query.filter = sdk.QueueObservationQueryFilter()
    query.filter.type, query.filter.predicates = "or", []
    for queue in queues:
        predicate = sdk.QueueObservationQueryPredicate()
        predicate.type, predicate.dimension, predicate.operator, predicate.value = "dimension", "queueId", "matches", queue.id
        query.filter.predicates.append(predicate)
    query.metrics = ["oInteracting", "oWaiting", "oOnQueueUsers", "oUserRoutingStatuses"]
    query.detail_metrics = ["oInteracting", "oWaiting"]
    answer = admin.api("AnalyticsApi").post_analytics_queues_observations_query(query)
    assert {m.metric for r in answer.results for m in r.data} >= {"oInteracting", "oOnQueueUsers"}


def test_listings(admin):
    routing = admin.api("RoutingApi")
    assert len(whole(admin, admin.api("UsersApi").get_users)) >= 160
    assert len(whole(admin, routing.get_routing_queues)) == 20
    assert whole(admin, routing.get_routing_wrapupcodes)
    assert len(whole(admin, admin.api("AuthorizationApi").get_authorization_divisions)) == 3
    assert whole(admin, routing.get_routing_skills)
    assert whole(admin, routing.get_routing_languages)


def test_one_of_each(admin):
    users, routing, authorization = (admin.api(name) for name in ("UsersApi", "RoutingApi", "AuthorizationApi"))
    for listing, single in [
        (users.get_users, users.get_user),
        (routing.get_routing_queues, routing.get_routing_queue),
        (routing.get_routing_wrapupcodes, routing.get_routing_wrapupcode),
        (authorization.get_authorization_divisions, authorization.get_authorization_division),
    ]:
        some = listing(page_size=3).entities
        assert [single(entity.id).to_dict() for entity in some] == [entity.to_dict() for entity in some]


def test_users_of_every_state(admin):
    api = admin.api("UsersApi")
    users = api.get_users(page_size=500, state="any", expand=["team", "routingStatus"]).entities
    assert {user.state for user in users} == {"active", "inactive", "deleted"}
    assert {user.routing_status.status for user in users} >= {"INTERACTING", "IDLE", "OFF_QUEUE"}
    some = api.get_users(id=[user.id for user in users[:3] if user.state == "active"]).entities
    assert {user.id for user in some} <= {user.id for user in users[:3]}


def test_smaller_things(admin):
    presences = admin.api("PresenceApi").get_presence_definitions().entities
    assert {presence.system_presence for presence in presences} >= {"Available", "OnQueue", "Meal", "Offline"}
    assert admin.api("TeamsApi").get_teams().entities
    assert admin.api("RoutingApi").get_routing_queues_divisionviews(page_size=100).total == 20
    assert admin.api("AnalyticsApi").get_analytics_conversations_details_jobs_availability().data_availability_date


def test_aggregate_views(admin, sandbox):
    query = sdk.ConversationAggregationQuery()
    query.interval, query.group_by, query.metrics = sandbox["interval"], ["requestedRoutingSkillId"], ["tAnswered"]
    query.flatten_multivalued_dimensions = True
    view = sdk.ConversationAggregationView()
    view.target, view.name, view.function, view.range = "tAnswered", "soon", "rangeBound", sdk.AggregationRange()
    view.range.gte, view.range.lt = 0, 20_000
    query.views = [view]
    answer = admin.api("AnalyticsApi").post_analytics_conversations_aggregates_query(query)
    assert any(result.data[0].views[0].stats.count for result in answer.results)
    for result in answer.results:
        (data,) = result.data
        assert data.views[0].name == "soon" and data.views[0].stats.count <= data.metrics[0].stats.count


def test_the_first_groups_in_their_order(admin, sandbox):
    query = filled(sdk.ConversationAggregationQuery(), interval=sandbox["interval"], granularity="PT6H", group_by=["queueId"],
                   metrics=["tTalk", "nOffered"], query_type="topN", limit=3,
                   sort_metric=filled(sdk.ConversationAggregationSort(), name="tTalk", function="sum"))
    answer = admin.api("AnalyticsApi").post_analytics_conversations_aggregates_query(query)
    sums = [sum(m.stats.sum for d in group.data for m in d.metrics if m.metric == "tTalk") for group in answer.results]
    assert len(sums) == 3 and sums == sorted(sums, reverse=True)


def test_every_observation(admin):
    query = sdk.QueueObservationQuery()
    predicate = sdk.QueueObservationQueryPredicate()
    predicate.type, predicate.dimension, predicate.operator = "dimension", "mediaType", "exists"
    query.filter = sdk.QueueObservationQueryFilter()
    query.filter.type, query.filter.predicates = "and", [predicate]
    of_conversations = ["oInteracting", "oWaiting", "oAlerting"]
    of_users = ["oActiveUsers", "oMemberUsers", "oOffQueueUsers", "oOnQueueUsers", "oUserPresences", "oUserRoutingStatuses"]
    query.metrics = of_conversations + of_users + ["oLongestInteracting", "oLongestWaiting"]
    query.detail_metrics = of_conversations + of_users
    answer = admin.api("AnalyticsApi").post_analytics_queues_observations_query(query)
    assert {data.metric for result in answer.results for data in result.data} == set(query.metrics)
    assert set(answer.system_to_organization_mappings) >= {"AVAILABLE", "ON_QUEUE", "BREAK"}


def test_who_am_i(admin):
    subject = admin.api("AuthorizationApi").get_authorization_subjects_me()
    assert subject.grants[0].role.policies
    assert admin.api("OrganizationApi").get_organizations_me().id
    assert admin.api("TokensApi").get_tokens_me().organization.id


def test_divisions_apply_to_rows(official, sandbox, day):
    emea = official("emea-only")
    some = emea.api("AnalyticsApi").post_analytics_conversations_details_query(details(sandbox["interval"]))
    assert 0 < some.total_hits < day[1]
    assert 0 < emea.api("RoutingApi").get_routing_queues(page_size=100).total < 20


def test_the_judge_sees_what_no_model_knows(official, sandbox):
    reporting = official("reporting")
    sandbox.control("POST", "/faults", {"name": "future"})
    try:
        with pytest.raises(AssertionError) as caught:
            reporting.api("AnalyticsApi").post_analytics_conversations_details_query(details(sandbox["interval"]))
        complaints = str(caught.value)
        assert "holographicPresence" in complaints
        assert ("'hologram' is no value" in complaints) == reporting.judge.knows_values
    finally:
        sandbox.control("DELETE", "/faults")


@pytest.mark.parametrize(("kind", "right", "wrong"), [
    ("date", ["2026-03-09"], ["20260309", "2026-02-30", "2026-03-09T00:00:00Z"]),
    ("datetime", ["2026-03-09T07:30:00Z", "2026-03-09T07:30:00.123Z"],
     ["2026-03-09T07:30:00", "2026-03-09T07:30:00+00:00", "2026-03-09 07:30:00Z", "2026-03-09"]),
    ("LocalDateTime", ["2026-03-09T07:30:00.123"], ["2026-03-09T07:30:00Z"]),
])
def test_how_moments_are_written(kind, right, wrong):
    walker = Walker(sdk)
    for moment in right + wrong:
        walker.walk(moment, kind)
    assert [complaint.split("'")[1] for complaint in walker.complaints] == wrong
