"""The table for people, from the three JSON lines.

usage: report.py DECODE START MEMORY WHEEL   (files, and with pegcount's peers importable)
"""

import json
import os
import platform
import sys
from importlib.metadata import version

PEERS = ("PureCloudPlatformClientV2", "msgspec", "orjson", "urllib3")


def machine():
    model = platform.machine()
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as lines:
            model = next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), model)
    except OSError:
        pass
    return f"{os.cpu_count()} x {model}, {platform.system()} {platform.release()}, Python {platform.python_version()}"


def row(*cells):
    print("|", " | ".join(cells), "|")


def main():
    decode, start, memory = (json.load(open(path)) for path in sys.argv[1:4])
    wheel = os.path.getsize(sys.argv[4]) / 1e6
    print(f"{machine()}; {', '.join(f'{name} {version(name)}' for name in PEERS)}.\n")
    row(
        f"a page of 100 conversations, {decode['bytes'] / 1e3:.0f} kB,"
        f" to {decode['segments']} segments and {decode['metrics']} metrics",
        "CPU",
        "against pegcount",
        "against the skip",
    )
    row("---", "--:", "--:", "--:")
    for name, what in (
        ("skip", "`serde_json` skips it"),
        ("two", "**pegcount**, the two tables, all their columns, in Arrow"),
        ("all", f"**pegcount**, all {decode['tables']} tables"),
        ("msgspec", "`msgspec`, the fields needed, loops, tuples"),
        ("arrow", "the same, then `pyarrow.table` of their columns, times left as text"),
        ("orjson", "`orjson`, loops, tuples"),
        ("official", "official SDK, models, loops, tuples"),
    ):
        cost = decode[name]
        row(what, f"{cost['ms']:.1f} ms", f"{cost['two']:.2f} x", f"{cost['skip']:.1f} x")
    print()
    row("fresh process", "CPU", "wall", "CPU over bare Python")
    row("---", "--:", "--:", "--:")
    for name, what in (
        ("bare", "bare Python"),
        ("pegcount", "`import pegcount`"),
        ("client", "`from pegcount import Client`"),
        ("urllib3", "`import urllib3`"),
        ("official", "`import PureCloudPlatformClientV2`"),
    ):
        cost = start["import"][name]
        over = cost["over_bare_cpu_ms"]
        over = "" if name == "bare" else f"{over:.0f} ms" if over >= 1 else "under 1 ms"
        row(what, f"{cost['cpu_ms']:.0f} ms", f"{cost['wall_ms']:.0f} ms", over)
    print()
    row("start, token, page, exit", "CPU", "wall", "CPU against pegcount", "wall against pegcount", "peak memory")
    row("---", "--:", "--:", "--:", "--:", "--:")
    for name, what in (
        ("pegcount", "**pegcount**"),
        ("urllib3", "plain `urllib3` and `json`"),
        ("official", "official SDK"),
    ):
        cost = start["page"][name]
        ratios = (f"{cost['cpu_ratio']:.2f} x", f"{cost['wall_ratio']:.2f} x")
        row(what, f"{cost['cpu_ms']:.0f} ms", f"{cost['wall_ms']:.0f} ms", *ratios, f"{cost['mb']:.0f} MB")
    print()
    peaks = ", ".join(f"{peak:.0f} MB after {pages}" for pages, peak in memory["peak_mb"].items())
    print(f"Peak memory over pages, every table of each read: {peaks} ({memory['rows']:,} rows).")
    print(f"The wheel: {wheel:.1f} MB.")


main()
