"""A page of a hundred conversations into rows or Arrow tables: processor time, cases in turn, one JSON line.

usage: decode.py SKIP_LIBRARY   (with pegcount and its peers importable)
"""

import ctypes
import gc
import json
import re
import statistics
import sys
import time

import msgspec
import orjson
import pegcount._native
import PureCloudPlatformClientV2 as official
import pyarrow
from flatten import METRICS, SEGMENTS, from_dicts, from_models, from_structs, structs
from page import page, sandbox

ROUNDS = 41
REPORT = {"report": "conversations"}


def cases(body):
    skip = ctypes.CDLL(sys.argv[1]).skip
    skip.argtypes, skip.restype = [ctypes.c_char_p, ctypes.c_size_t], ctypes.c_bool
    assert skip(body, len(body)) and not skip(body, len(body) - 1)
    decoder, client = structs(msgspec), official.ApiClient("http://127.0.0.1:1")

    class Answer:
        data = body.decode()

        @staticmethod
        def getheader(name, default=None):
            return "application/json"

    def models():
        return client.deserialize(Answer, "AnalyticsConversationQueryResponse").conversations

    return {
        "skip": lambda: skip(body, len(body)),
        # What `page.tables` calls; it has no public name that takes several tables but not all.
        "two": lambda: pegcount._native.decode({"report": REPORT}, body, ["segments", "session_metrics"]),
        "all": lambda: pegcount.decode(REPORT, body),
        "orjson": lambda: from_dicts(orjson.loads(body)["conversations"]),
        "msgspec": lambda: from_structs(decoder.decode(body).conversations),
        "arrow": lambda: arrow(from_structs(decoder.decode(body).conversations)),
        "official": lambda: from_models(models()),
    }


def arrow(tables):
    """The rows as columns, text as it was: what it takes to have in the end what pegcount gives."""
    pairs = zip((SEGMENTS, METRICS), tables, strict=True)
    return [pyarrow.table(dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))) for names, rows in pairs]


def snake(name):
    return re.sub("[A-Z]", lambda letter: "_" + letter[0].lower(), name)


def plain(value):
    """Times as the API writes them, so that rows of text and rows of times can be compared."""
    if hasattr(value, "isoformat"):
        return value.strftime("%Y-%m-%dT%H:%M:%S.") + f"{value.microsecond // 1000:03d}Z"
    return value


def check(cases):
    """All of them make the same rows, or there is nothing to compare."""
    tables = cases["two"]()
    expected = []
    for name, columns in (("segments", SEGMENTS), ("session_metrics", METRICS)):
        table = pyarrow.table(tables[name])
        columns = [table[snake(column)].to_pylist() for column in columns]
        expected.append([tuple(map(plain, row)) for row in zip(*columns, strict=True)])
    for name in ("orjson", "msgspec", "official"):
        for found, rows in zip(cases[name](), expected, strict=True):
            found = [tuple(map(plain, row)) for row in found]
            assert len(found) == len(rows), (name, len(found), len(rows))
            for pair in zip(found, rows, strict=True):
                assert pair[0] == pair[1], (name, *pair)
    everything = cases["all"]()
    assert set(tables) < set(everything)
    return {"segments": len(expected[0]), "metrics": len(expected[1]), "tables": len(everything)}


def spent(run):
    gc.collect()
    start = time.process_time()
    made = run()
    took = time.process_time() - start
    del made
    return took


def main():
    with sandbox() as org:
        body = page(org)
    todo = cases(body)
    facts = check(todo)
    gc.freeze()  # what was imported is no burden to the collector while the rows are made
    times = {name: [] for name in todo}
    for nth in range(ROUNDS):
        for name, run in todo.items():
            if name != "official" or nth % 8 == 0:
                times[name].append(spent(run))
            else:
                times[name].append(None)
    answer = {"bytes": len(body), **facts}
    for name, took in times.items():
        known = [one for one in took if one is not None]
        answer[name] = {"ms": statistics.median(known) * 1e3}
        for base in ("skip", "two"):
            ratios = [one / other for one, other in zip(took, times[base], strict=True) if one is not None]
            answer[name][base] = statistics.median(ratios)
    print(json.dumps(answer))


main()
