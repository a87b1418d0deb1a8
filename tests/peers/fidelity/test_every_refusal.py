"""The refusals that no ordinary request leads to, each put to the official SDK: by its fault, or by an odd request."""
import json
import os
import re
import subprocess

import PureCloudPlatformClientV2 as sdk
import pytest

from asking import details, filled, refusal
from test_refusals import body

HELP = subprocess.run([os.environ["SANDBOX_BIN"], "--help"], capture_output=True, text=True, check=True).stdout
DECLARED = {code: int(status) for code, status in re.findall(r"^  ([a-z.]+)\s+(\d\d\d)$", HELP, re.M)}
FAULTS = {
    "408": (408, "client.timeout"),
    "500": (500, "internal.server.error"),
    "503": (503, "service.unavailable"),
    "504": (504, "request.timeout"),
    "forbidden-policy": (403, "authz.policy.denied"),
    "ip": (401, "ip.not.authorized"),
    "retry-after": (429, "too.many.requests.retry.after"),
}


def refused(official, sandbox, name, **fault):
    reporting = official("reporting")
    count = 1 + reporting.judge.repeats if "429" in name or name in ("retry-after", "too.many.requests") else 1
    sandbox.control("POST", "/faults", {"name": name, "count": count, **fault})
    try:
        return refusal(reporting.api("RoutingApi").get_routing_queues)
    finally:
        sandbox.control("DELETE", "/faults")


def test_there_are_some():
    assert len(DECLARED) > 20


@pytest.mark.parametrize("code", DECLARED)
def test_a_declared_code(official, sandbox, code):
    error = refused(official, sandbox, code)
    assert (error.status, body(error)["code"]) == (DECLARED[code], code)


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault(official, sandbox, name):
    wait = {"arg": 0} if name == "retry-after" else {}
    error = refused(official, sandbox, name, **wait)
    assert (error.status, body(error)["code"]) == FAULTS[name]


@pytest.mark.parametrize(("name", "status"), [("401", 401), ("502", 502)])
def test_what_is_no_json(official, sandbox, name, status):
    assert refused(official, sandbox, name).status == status


def test_too_many_log_ins(judge, sandbox):
    keys = sandbox["clients"]["reporting"]
    sandbox.control("POST", "/faults", {"name": "mint-limit"})
    error = refusal(judge.client(sandbox).get_client_credentials_token, keys["client_id"], keys["client_secret"])
    assert (error.status, json.loads(error.body)["error"]) == (400, "invalid_request")


def test_all_of_some_permissions(official):
    error = refusal(official("no-analytics").api("AnalyticsApi").get_analytics_reporting_exports)
    assert (error.status, body(error)["code"]) == (403, "missing.permissions")


def test_no_token(judge, sandbox):
    error = refusal(judge.api(judge.client(sandbox), "RoutingApi").get_routing_queues)
    assert (error.status, body(error)["code"]) == (401, "authentication.required")


def test_a_question_that_is_too_long(admin, sandbox):
    query = details(sandbox["interval"] + " " * 513_000)
    error = refusal(admin.api("AnalyticsApi").post_analytics_conversations_details_query, query)
    assert (error.status, body(error)["code"]) == (413, "request.entity.too.large")


def test_an_answer_that_is_too_long(official, sandbox):
    api = official("reporting").api("AnalyticsApi")
    sandbox.control("POST", "/faults", {"name": "too-large", "arg": 99})
    error = refusal(api.post_analytics_conversations_details_query, details(sandbox["interval"], size=100))
    sandbox.control("DELETE", "/faults")
    assert (error.status, body(error)["code"]) == (400, "response.entity.too.large")


def test_an_unknown_word(admin):
    # A list of fields that is no enumeration: no SDK looks at the word.
    of_nobody = filled(sdk.UserSearchCriteria(), type="EXACT", fields=["shoeSize"], value="44")
    error = refusal(admin.api("UsersApi").post_users_search, filled(sdk.UserSearchRequest(), query=[of_nobody]))
    assert (error.status, body(error)["code"]) == (400, "invalid.value")
    assert "[shoeSize]" in body(error)["message"]


def test_an_unknown_word_of_a_parameter(admin):
    error = refusal(admin.api("UsersApi").get_users, sort_order="sideways")
    assert (error.status, body(error)["code"]) == (400, "invalid.query.param.value")
    assert "[sideways]" in body(error)["message"] and "[sortOrder]" in body(error)["message"]


def test_an_unknown_property(admin, sandbox):
    query = {"interval": sandbox["interval"], "dateRange": "today"}
    error = refusal(admin.api("AnalyticsApi").post_analytics_conversations_details_query, query)
    assert (error.status, body(error)["code"]) == (400, "invalid.property")
    assert "[dateRange]" in body(error)["message"]


def test_what_is_said_to_be_no_json(official, sandbox):
    reporting = official("reporting")
    reporting.client.set_default_header("Content-Type", "application/x-www-form-urlencoded")
    error = refusal(reporting.api("AnalyticsApi").post_analytics_conversations_details_query, details(sandbox["interval"]))
    assert (error.status, body(error)["code"]) == (415, "unsupported.media.type")
