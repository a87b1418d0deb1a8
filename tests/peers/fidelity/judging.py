"""Who judges: the official SDK for Python in this process, those for other languages in one each."""
import json
import os

import PureCloudPlatformClientV2 as sdk
from PureCloudPlatformClientV2.default_http_client import DefaultHttpClient

from remote import Client, Operations, spelt
from walker import Walker

NAME = os.environ.get("JUDGE", "python")

# What an SDK complains of that was added since its version. The SDK for Python knows all of it.
NEWER = {
    # The newest that Maven Central has is of December 2023.
    "java": {
        "'inactivity' is no value of disconnectType",
        "AnalyticsConversationWithoutAttributes has no key inactivityTimeout",
        "AnalyticsSurvey has no key surveyPartialResponse",
        "AnalyticsSurvey has no key surveyType",
        "AnswerOption has no key contextId",
        "BotFlowSession has no key dateCompleted",
        "ConversationActivityMetricValue has no key entityIds",
        "Evaluation has no key divisionIds",
        "Evaluation has no key evaluationContextId",
        "EvaluationQuestion has no key contextId",
        "EvaluationQuestionGroup has no key contextId",
        "EvaluationResponse has no key divisionIds",
        "EvaluationResponse has no key evaluationContextId",
        "EvaluationScoringSet has no key maxTotalRawCriticalScore",
        "EvaluationScoringSet has no key maxTotalRawScore",
        "FlowActivityMetricValue has no key entityIds",
        "ListedTopic has no key matchingType",
        "OAuthClientListing has no key authorizedGrantType",
        "MessagingCampaignDiagnostics has no key filteredOutContactsCount",
        "Recording has no key mediaSubject",
        "Recording has no key mediaSubtype",
        "RecordingMessagingMessage has no key purpose",
        "RecordingMessagingMessage has no key status",
        "RecordingMetadata has no key mediaSubject",
        "RecordingMetadata has no key mediaSubtype",
        "RecordingSettings has no key recordingBatchDownloadUrlTtl",
        "RecordingSettings has no key recordingPlaybackUrlTtl",
        "RecordingSettings has no key stopRecordingWhenOnlyExternalParticipants",
        "ReportingTurn has no key dateCompleted",
        "ReportingTurnIntent has no key id",
        "RoutingActivityMetricValue has no key entityIds",
        "RoutingActivityMetricValue has no key qualifier",
        "RoutingActivityMetricValue has no key secondaryQualifier",
        "Survey has no key surveyType",
        "SurveyQuestion has no key contextId",
        "SurveyQuestionGroup has no key contextId",
        "TeamActivityMetricValue has no key entityIds",
        "TeamActivityMetricValue has no key qualifier",
        "TeamActivityMetricValue has no key secondaryQualifier",
        "Topic has no key matchingType",
        "UserActivityMetricValue has no key entityIds",
    },
    # The newest that the module proxy has is of July 2026.
    "go": {
        "Analyticsagentstateagentresponse has no key actualActivityCategory",
        "Analyticsagentstateagentresponse has no key adherenceDate",
        "Analyticsagentstateagentresponse has no key adherenceImpact",
        "Analyticsagentstateagentresponse has no key adherenceState",
        "Analyticsagentstateagentresponse has no key businessUnitId",
        "Analyticsagentstateagentresponse has no key managementUnitId",
        "Analyticsagentstateagentresponse has no key scheduledActivityCategory",
        "Analyticsagentstateagentresponse has no key scheduledActivityCodeId",
        "Analyticsagentstatecountsresponse has no key actualActivityCategoryCounts",
        "Analyticsagentstatecountsresponse has no key adherenceStateCounts",
        "Evaluationresponse has no key evaluationContextId",
        "Evaluationsearchitemresponse has no key evaluationContextId",
        "Recordingsettings has no key stopRecordingWhenOnlyExternalParticipants",
    },
}

# Those of them that were met.
MET = set()

# What the SDK for Go does with what its operations take as a time; those of its models it writes as others do.
PRINTED = "it writes days and times as Go prints them, which no API reads"

# Tests that cannot be put to an SDK, and why.
LEFT_OUT = {
    "python": {},
    "go": {
        "test_an_assertion": "it has no such grant",
        "test_an_unknown_property": "its models have none",
        "test_evaluations_of_a_conversation": PRINTED,
        "test_files": PRINTED,
        "test_schedules": PRINTED,
        "test_what_is_said_to_be_no_json": "its Content-Type is that of the operation",
        "test_who_was_evaluated_and_by_whom": PRINTED,
    },
    "node": {
        "test_what_is_said_to_be_no_json": "its Content-Type is that of the operation",
        "test_the_sdk_refreshes_by_itself": "it refuses the call that meets a void token, and repeats it unheard",
    },
    "java": {
        "test_an_unknown_property": "its models have none",
        "test_a_cancelled_job": "no such operations",
        "test_a_listing_and_one_of_it[RoutingApi-get_routing_wrapupcodes_divisionviews-get_routing_wrapupcodes_divisionview]":
            "no such operations",
        "test_a_family[agentcopilots]": "no such operation",
        "test_a_family[casemanagement]": "no such operation",
        "test_a_family[resolutions]": "no such operation",
        "test_a_family[agentutilizations]": "no such operation",
        "test_a_family[copilots]": "no such operation",
        "test_a_family[ratelimits]": "no such operation",
        "test_a_job_of_a_family[agentcopilots]": "no such operation",
        "test_a_job_of_a_family[agentutilizations]": "no such operation",
        "test_a_job_of_a_family[casemanagement]": "no such operation",
        "test_a_job_of_a_family[copilots]": "no such operation",
        "test_a_job_of_a_family[summaries]": "no such operation",
        "test_a_family[summaries]": "no such operation",
        "test_a_search_of_evaluations": "no such operation",
        "test_files": "no such operations",
        "test_reasons_and_summaries": "no such operations",
        "test_the_first_groups_in_their_order": "queryType, sortMetric and limit are none of its query's",
        "test_the_status_of_agents": "no such operations",
        "test_time_off_by_status": "its list of statuses is read as the first of them",
        "test_turns_of_the_own_divisions": "no such operation",
        "test_work_items": "no such operation",
        "test_every_observation": "oLongestInteracting and oLongestWaiting are none of its metrics",
    },
}

# Operations that cannot be put to an SDK that has them, and why.
UNASKED = {
    "python": {
        "GET analytics/dataextraction/downloads/{downloadId}": "it goes where the answer sends it, and reads the file as UTF-8",
    },
    "node": {},
    "java": {},
    "go": {
        "POST analytics/dataextraction/downloads/bulk": "it cannot list the files",
        "GET analytics/dataextraction/downloads/metadata": PRINTED,
        "GET analytics/dataextraction/downloads/{downloadId}": "it cannot list the files",
        "GET quality/agents/activity": PRINTED,
        "GET quality/evaluations/query": PRINTED,
        "GET quality/evaluators/activity": PRINTED,
        "GET workforcemanagement/businessunits/{businessUnitId}/weeks/{weekId}/schedules": PRINTED,
        "GET workforcemanagement/businessunits/{businessUnitId}/weeks/{weekId}/schedules/{scheduleId}": PRINTED,
        "POST workforcemanagement/businessunits/{businessUnitId}/weeks/{weekId}/schedules/{scheduleId}/agentschedules/query":
            PRINTED,
    },
}

# Refusals that the sandbox knows, by their names in tests/vectors/explain.json, and that an SDK cannot meet, and why.
UNMET = {
    "everybody": {
        "A-400-BAD": "whatever it is given it writes JSON that can be read",
        "T-400-UNSUPPORTED": "each log-in names its own grant",
        "T-REDIRECT-ERR": "it comes to a browser, which no SDK is here",
        "S3-403-EXPIRED": "files of the store are fetched without the SDK",
        "S3-403-DENIED": "as before",
        "S3-404": "as before",
        "FILE-401": "as before",
    },
    "python": {},
    "go": {
        "A-400-PROP": LEFT_OUT["go"]["test_an_unknown_property"],
        "A-415": LEFT_OUT["go"]["test_what_is_said_to_be_no_json"],
    },
    "node": {
        "A-415": LEFT_OUT["node"]["test_what_is_said_to_be_no_json"],
    },
    "java": {
        "A-400-PROP": LEFT_OUT["java"]["test_an_unknown_property"],
    },
}


class Heard(DefaultHttpClient):
    """The SDK's own, which keeps the latest answer: a log-in takes of it what it needs."""

    latest = None

    def request(self, *arguments):
        self.latest = super().request(*arguments)
        return self.latest


class Python:
    knows_values = True
    repeats = 10  # urllib3, below the SDK, obeys Retry-After and asks that often more before the SDK sees a refusal.

    def __init__(self):
        self.walker = Walker(sdk)

    def client(self, sandbox):
        sdk.configuration.host = sandbox["api"]
        client = sdk.ApiClient()
        # The SDK's own, with a time-out: without one it waits for ever.
        client.set_http_client(Heard(timeout=30))
        return client

    def api(self, client, name):
        return getattr(sdk, name)(client)

    def has(self, api, operation):
        return hasattr(getattr(sdk, api), operation)

    def heard(self, client):
        return client.get_http_client().latest

    def complaints(self, client, answer, model):
        self.walker.complaints = []
        self.walker.walk(json.loads(client.last_response.data), model)
        return self.walker.complaints


class Other:
    """Its complaints come with its answers; what a test holds are the models for Python all the same."""

    repeats = 0
    knows_values = NAME in ("python", "java")

    def __init__(self, process):
        self.process = process

    def client(self, sandbox):
        return Client(self.process, sandbox)

    def api(self, client, name):
        return Operations(client, name)

    def has(self, api, operation):
        return self.process.ask(do="has", api=api, operation=spelt(operation))["has"]

    def heard(self, client):
        return client.last_response

    def complaints(self, client, answer, model):
        complaints = client.last_response.complaints
        what = [one.partition(": ")[2] for one in complaints]
        newer = NEWER.get(NAME, set())
        MET.update(newer.intersection(what))
        return [one for one, about in zip(complaints, what) if about not in newer]
