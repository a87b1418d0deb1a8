"""Makes `vocabulary.tsv`: the words that queries may use.

    python vocabulary.py publicapi-v2-latest.json > vocabulary.tsv

Words of single members come from the setters of the official SDK (PureCloudPlatformClientV2 269.0.0, MIT), words of lists
from the public swagger, which alone enumerates them: the file is the one that the API publishes, or any part of it with the
same `definitions`. It was last made of the state of 2026-07 (api-evangelist/genesys @ b692e3547aa9).
"""
import ast
import inspect
import json
import re
import sys

FAMILIES = {
    "actions": "Action", "agentcopilots": "AgentCopilot", "agentutilizations": "AgentUtilization", "bots": "Bot",
    "casemanagement": "CaseManagement", "conversations": "Conversation", "copilots": "Copilot", "evaluations": "Evaluation",
    "flowexecutions": "FlowExecution", "flows": "Flow", "journeys": "Journey", "knowledge": "Knowledge",
    "ratelimits": "RateLimit", "resolutions": "Resolution", "summaries": "Summary", "surveys": "Survey",
    "taskmanagement": "TaskManagement", "transcripts": "Transcript", "users": "User",
}
# Families whose queries enumerate no metrics, in the SDK or in the swagger: any word will do.
OPEN = ("agentutilizations", "copilots")
OBSERVATIONS = {"observation.metric": ("Queue", "metrics"), "observation.detail": ("Queue", "detailMetrics"),
                "user-observation.metric": ("User", "metrics"), "flow-observation.metric": ("Flow", "metrics"),
                "workitem-observation.groupBy": ("TaskManagement", "groupBy"),
                "workitem-observation.expands": ("TaskManagement", "expands")}
PREDICATES = {"presence": "PresenceDetailQuery", "routingStatus": "RoutingStatusDetailQuery", "user": "UserDetailQuery",
              "observation-queue": "QueueObservationQuery", "flow-observation": "FlowObservationQuery",
              "workitem-observation": "TaskManagementObservation", "agent-state": "AgentStateAgentQuery",
              "agent-session": "AgentStateSessionQuery"}
MEMBERS = {"agent-state.userOrderBy": ("AgentStateQueryRequest", "user_order_by"),
           "agent-state.userOrder": ("AgentStateQueryRequest", "user_order"),
           "agent-state.sessionOrderBy": ("AgentStateQueryRequest", "session_order_by"),
           "agent-state.sessionOrder": ("AgentStateQueryRequest", "session_order"),
           "bot-session.category": ("BotFlowSession", "bot_result_category"),
           "bot-turn.result": ("ReportingTurn", "ask_action_result"),
           "workitem-observation.metric": ("TaskManagementQueryMetric", "name"),
           "workitem-observation.qualifier": ("TaskManagementQueryMetric", "qualifier")}
ACTIVITIES = ("conversation", "flow", "routing", "team", "user")


def of_sdk(sdk):
    """Lists of words that the SDK's setters allow, and the members that its models have."""
    lists = {}

    def put(name, model, member):
        setter = getattr(getattr(sdk, model, None), member, None)
        found = setter and re.search(r"allowed_values = (\[.*?\])", inspect.getsource(setter.fset), re.DOTALL)
        if found:
            lists[name] = ast.literal_eval(found.group(1))

    for kind in ("conversation", "segment", "evaluation", "survey", "resolution"):
        for member in ("dimension", "metric"):
            put(f"{kind}.{member}", f"{kind.capitalize()}DetailQueryPredicate", member)
    lists["resolution.dimension"] = []
    for name, model in PREDICATES.items():
        put(f"{name}.dimension", f"{model}Predicate", "dimension")
    for name, (model, member) in MEMBERS.items():
        put(name, model, member)
    for kind in ACTIVITIES:
        put(f"{kind}-activity.dimension", f"{kind.capitalize()}ActivityQueryPredicate", "dimension")
        put(f"{kind}-activity.metric", f"{kind.capitalize()}ActivityQueryMetric", "metric")
    for family, model in FAMILIES.items():
        properties = list(getattr(sdk, f"{model}AggregationQuery")().attribute_map.values())
        lists[f"{family}.property"] = properties
        put(f"{family}.alternateTimeDimension", f"{model}AggregationQuery", "alternate_time_dimension")
        put(f"{family}.dimension", f"{model}AggregateQueryPredicate", "dimension")
        if family not in OPEN:
            put(f"{family}.metric", f"{model}AggregationView", "target")
        if "sortMetric" in properties:
            put(f"{family}.sort", f"{model}AggregationSort", "name")
    return lists


def of_swagger(definitions):
    """Lists of words that stand in lists of the swagger."""
    lists = {}

    def put(name, model, member):
        words = definitions[model]["properties"].get(member, {}).get("items", {}).get("enum")
        if words:
            lists[name] = words

    for family, model in FAMILIES.items():
        put(f"{family}.groupBy", f"{model}AggregationQuery", "groupBy")
    for kind in ACTIVITIES:
        put(f"{kind}-activity.groupBy", f"{kind.capitalize()}ActivityQuery", "groupBy")
    for name, (model, member) in OBSERVATIONS.items():
        put(name, f"{model}ObservationQuery", member)
    return lists


def main():
    import PureCloudPlatformClientV2 as sdk

    with open(sys.argv[1]) as file:
        lists = {**of_sdk(sdk), **of_swagger(json.load(file)["definitions"])}
    print("# The words a query may use, one list a line, made by vocabulary.py. Facts from PureCloudPlatformClientV2 269.0.0 "
          "(MIT) and the public swagger of 2026-07.")
    for name, words in sorted(lists.items()):
        print(name, " ".join(words) or "-", sep="\t")


if __name__ == "__main__":
    main()
