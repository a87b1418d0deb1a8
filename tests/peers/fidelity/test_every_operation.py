"""Nothing that the sandbox performs or refuses is left unjudged: what the other tests met, counted when they are done."""
import inspect
import json
import re
from pathlib import Path

import PureCloudPlatformClientV2 as sdk

from asking import REFUSED, code_of, gist
from judging import MET, NAME, NEWER, UNASKED, UNMET

TESTS = Path(__file__).resolve().parents[2]
PERFORMED = TESTS / "sandbox" / "tests" / "organisation" / "performed.txt"
# Every body that is known, which the sandbox's own tests have it produce.
BODIES = TESTS / "vectors" / "explain.json"
# Refusals of the login host whose text no source gives.
TEXT_UNKNOWN = {"T-400-GRANT", "T-400-UNAUTHCLIENT", "T-400-UNSUPPORTED"}
CALL = re.compile(
    r"\n    def (\w+)\((?:(?!\n    def ).)*?resource_path = '/api/v2/([^']*)'.*?call_api\(resource_path, '([A-Z]*)'", re.DOTALL)


def operations():
    """Where the SDK has each operation, and by which name; by method and path. Some are in two places."""
    found = {}
    for api in vars(sdk).values():
        if inspect.isclass(api) and api.__name__.endswith("Api"):
            for name, path, verb in CALL.findall(inspect.getsource(api)):
                found.setdefault(f"{verb} {path}", []).append((api.__name__, name))
    return found


def test_nothing_is_left_unasked(admin):
    performed, known = PERFORMED.read_text().splitlines(), operations()
    asked = {f"{method} {path.removeprefix('/api/v2/')}" for method, path in admin.judged}
    assert asked <= set(performed) and len(asked) > 150
    unasked = [one for one in performed if one not in asked and any(admin.has(*place) for place in known[one])]
    assert unasked == sorted(UNASKED[NAME], key=performed.index)


def test_no_refusal_is_left_unmet():
    cases = json.loads(BODIES.read_text())["cases"]
    # What a store of files refuses with may look like an answer of the API, and is none.
    of_files = [case["id"] for case in cases if case["id"].startswith(("S3-", "FILE-"))]
    says = {case["id"]: gist(case["body"]) for case in cases}
    codes = {(status, code) for status, code, _ in REFUSED}
    met = [case["id"] for case in cases if (case["status"], code_of(case["body"])) in codes
           and (case["id"] in TEXT_UNKNOWN or (case["status"], code_of(case["body"]), says[case["id"]]) in REFUSED)]
    unmet = [case["id"] for case in cases if case["id"] in of_files or case["id"] not in met]
    assert len(cases) > 50 and sorted(unmet) == sorted({**UNMET["everybody"], **UNMET[NAME]})


def test_nothing_newer_is_left_unmet():
    assert sorted(NEWER.get(NAME, set()) - MET) == []
