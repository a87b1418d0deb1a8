"""The sandbox's words are those that the official SDK allows."""
import importlib.util
from pathlib import Path

import PureCloudPlatformClientV2 as sdk

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
