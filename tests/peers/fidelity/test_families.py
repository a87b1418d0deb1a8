"""Every family of aggregates, and flows and conversations at this moment, as the official SDK reads them."""
import PureCloudPlatformClientV2 as sdk
import pytest

from asking import filled

# The model's name, the path, a metric that has data or none.
FAMILIES = [
    ("Action", "actions", "tTotalExecution", False),
    ("AgentCopilot", "agentcopilots", "nDistinctConversations", False),
    ("AgentUtilization", "agentutilizations", "anything", False),
    ("Bot", "bots", "tBotSession", True),
    ("CaseManagement", "casemanagement", "nCasesOpened", False),
    ("Copilot", "copilots", "anything", False),
    ("Evaluation", "evaluations", "oTotalScore", True),
    ("FlowExecution", "flowexecutions", "nFlowExecutions", False),
    ("Flow", "flows", "tFlow", True),
    ("Journey", "journeys", "nJourneySessions", False),
    ("Knowledge", "knowledge", "nKnowledgeSearch", False),
    ("RateLimit", "ratelimits", "oRateLimitRecorded", False),
    ("Resolution", "resolutions", "nNextContactAvoided", True),
    ("Summary", "summaries", "nConversationSummaries", True),
    ("Survey", "surveys", "oSurveyTotalScore", True),
    ("TaskManagement", "taskmanagement", "nWorkitemsCreated", False),
    ("Transcript", "transcripts", "tSilence", True),
]


def asked(model, sandbox, metric):
    return filled(getattr(sdk, model)(), interval=sandbox["interval"], metrics=[metric], granularity="PT1H")


@pytest.mark.parametrize(("model", "path", "metric", "has_data"), FAMILIES, ids=[row[1] for row in FAMILIES])
def test_a_family(admin, sandbox, model, path, metric, has_data):
    query = getattr(admin.api("AnalyticsApi"), f"post_analytics_{path}_aggregates_query")
    assert bool(query(asked(f"{model}AggregationQuery", sandbox, metric)).results) == has_data


WITH_JOBS = [row for row in FAMILIES if row[1] != "ratelimits"]


@pytest.mark.parametrize(("model", "path", "metric", "has_data"), WITH_JOBS, ids=[row[1] for row in WITH_JOBS])
def test_a_job_of_a_family(admin, sandbox, model, path, metric, has_data):
    api = admin.api("AnalyticsApi")
    query = asked(f"{model}AsyncAggregationQuery", sandbox, metric)
    job = getattr(api, f"post_analytics_{path}_aggregates_jobs")(query).job_id
    sandbox.control("POST", "/clock", {"advance_ms": 4_000})
    assert getattr(api, f"get_analytics_{path}_aggregates_job")(job).state == "FULFILLED"
    found = getattr(api, f"get_analytics_{path}_aggregates_job_results")(job).results
    assert bool(found) == has_data
    if admin.has("AnalyticsApi", f"post_analytics_{path}_aggregates_query"):
        query = asked(f"{model}AggregationQuery", sandbox, metric)
        answer = getattr(api, f"post_analytics_{path}_aggregates_query")(query)
        assert [r.to_dict() for r in found or ()] == [r.to_dict() for r in answer.results or ()]


CANCELLED = [row[:3] for row in WITH_JOBS] + [("Conversation", "conversations", "tHandle"), ("User", "users", "tSystemPresence")]


@pytest.mark.parametrize(("model", "path", "metric"), CANCELLED, ids=[row[1] for row in CANCELLED])
def test_a_cancelled_job(admin, sandbox, model, path, metric):
    api = admin.api("AnalyticsApi")
    query = asked(f"{model}AsyncAggregationQuery", sandbox, metric)
    job = getattr(api, f"post_analytics_{path}_aggregates_jobs")(query).job_id
    getattr(api, f"delete_analytics_{path}_aggregates_job")(job)
    assert getattr(api, f"get_analytics_{path}_aggregates_job")(job).state == "CANCELLED"


@pytest.mark.parametrize(("model", "path", "metric", "group"), [
    ("Conversation", "conversations", "oInteracting", "queueId"),
    ("Flow", "flows", "oFlow", "flowId"),
])
def test_activity(admin, sandbox, model, path, metric, group):
    detailed = filled(getattr(sdk, f"{model}ActivityQueryMetric")(), metric=metric, details=True)
    query = filled(getattr(sdk, f"{model}ActivityQuery")(), metrics=[detailed], group_by=[group])
    ask = getattr(admin.api("AnalyticsApi"), f"post_analytics_{path}_activity_query")
    assert ask(query).entity_id_dimension == "conversationId"
    # At a given moment every flow may be empty.
    results = sandbox.once(lambda: ask(query).results)
    assert all(result.entities[0].conversation_id for result in results)


def test_flow_observations(admin, sandbox):
    predicate = filled(sdk.FlowObservationQueryPredicate(), type="dimension", dimension="mediaType", operator="exists")
    every = filled(sdk.FlowObservationQueryFilter(), type="or", predicates=[predicate])
    query = filled(sdk.FlowObservationQuery(), filter=every, metrics=["oFlow"], detail_metrics=["oFlow"])
    results = sandbox.once(lambda: admin.api("AnalyticsApi").post_analytics_flows_observations_query(query).results)
    assert all(result.data[0].stats.count > 0 for result in results)


def test_work_items(admin):
    queue = admin.api("RoutingApi").get_routing_queues(page_size=1).entities[0].id
    predicate = filled(sdk.TaskManagementObservationPredicate(), dimension="queueId", value=queue)
    only = filled(sdk.TaskManagementObservationQueryFilter(), predicates=[predicate])
    metric = filled(sdk.TaskManagementQueryMetric(), name="oWorkitemsDue", qualifier="Hours24")
    query = filled(sdk.TaskManagementObservationQuery(), group_by=["statusCategory"], metrics=[metric], filter=only, expands=["type"])
    assert not admin.api("AnalyticsApi").post_analytics_taskmanagement_metrics_query(query).results
