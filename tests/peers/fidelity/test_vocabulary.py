"""The sandbox's words are those that the official SDK allows."""
import importlib.util
from pathlib import Path

import PureCloudPlatformClientV2 as sdk
import pytest

from walker import Walker, words_of_lists

DATA = Path(__file__).resolve().parents[2] / "sandbox" / "data"


def test_words():
    spec = importlib.util.spec_from_file_location("vocabulary", DATA / "vocabulary.py")
    maker = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(maker)
    lines = [line.split("\t") for line in (DATA / "vocabulary.tsv").read_text().splitlines() if not line.startswith("#")]
    known = {name: [] if words == "-" else words.split(" ") for name, words in lines}
    made = maker.of_sdk(sdk)
    assert len(made) > 90
    assert {name: known[name] for name in made} == made
    assert not {name for name in known if name not in made} - {name for name in known if "groupBy" in name} - set(maker.OBSERVATIONS)


@pytest.mark.parametrize(("key", "value", "complaint"), [
    ("usedRouting", "Standard", None),
    ("usedRouting", "standard", "$.usedRouting: 'standard' is spelt Standard in AnalyticsSession.used_routing"),
    ("usedRouting", "telepathic", "$.usedRouting: 'telepathic' is no value of AnalyticsSession.used_routing"),
    ("requestedRoutings", ["Last", "Standard"], None),
    ("requestedRoutings", ["Last", "standard"],
     "$.requestedRoutings: 'standard' is spelt Standard in AnalyticsSession.requested_routings"),
    ("requestedRoutings", ["telepathic"], "$.requestedRoutings: 'telepathic' is no value of AnalyticsSession.requested_routings"),
])
def test_the_walker_tells_words_apart(key, value, complaint):
    walker = Walker(sdk)
    walker.walk({key: value}, "AnalyticsSession")
    assert walker.complaints == [complaint] * bool(complaint) and len(words_of_lists()) > 50
