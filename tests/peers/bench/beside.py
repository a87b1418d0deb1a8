"""One language beside its peers, as Markdown: a page to columns, start to exit, memory, size.

usage: beside.py <SPEC   (what to run and what to call it: see node.sh)

The program that decodes is given the file of the page, and prints what it measured; given a case too, it does that one
over and over and prints nothing. A program that starts is given the sandbox, its credentials and the query, and prints
how many conversations came.
"""

import json
import os
import pathlib
import platform
import sys
import tempfile

from page import PATH, page, query, sandbox
from process import in_turn, medians, pairs, run


def machine():
    model = platform.machine()
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as lines:
            model = next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), model)
    except OSError:
        pass
    return f"{os.cpu_count()} x {model}, {platform.system()} {platform.release()}"


def row(*cells):
    print("|", " | ".join(cells), "|")


def size(paths):
    """Bytes of files and of all that lies in folders."""
    files = [file for path in paths for file in (path, *path.rglob("*"))]
    return sum(file.stat().st_size for file in files if file.is_file() and not file.is_symlink())


def decoded(spec, file):
    cost = json.loads(run([*spec["decode"], file])[1])
    peaks = medians(in_turn(cost["cases"], lambda name: run([*spec["decode"], file, name])[0], rounds=3))
    row(
        f"a page of 100 conversations, {os.path.getsize(file) / 1e3:.0f} kB,"
        f" to {cost['segments']} segments and {cost['metrics']} metrics",
        "CPU",
        "against pegcount",
        "peak memory of 100 pages",
    )
    row("---", "--:", "--:", "--:")
    for name, what in spec["cases"].items():
        case = cost["cases"].pop(name)
        row(what, f"{case['ms']:.1f} ms", f"{case['ratio']:.2f} x", f"{peaks[name]['mb']:.0f} MB")
    assert not cost["cases"], cost["cases"]
    if "remark" in cost:
        print(f"\n{cost['remark']}")


def started(spec, argument):
    def once(name):
        cost, said = run([*spec["start"][name], argument])
        assert said.strip() == "100", (name, said)
        return cost

    seen = in_turn(spec["start"], once)
    base, *_ = spec["start"]
    row("start, token, page, exit", "CPU", "wall", "CPU against pegcount", "wall against pegcount", "peak memory")
    row("---", "--:", "--:", "--:", "--:", "--:")
    for name, cost in medians(seen).items():
        cpu, wall = (pairs(seen, name, base, column, lambda a, b: a / b) for column in (1, 0))
        used = f"{cost['cpu_ms']:.0f} ms", f"{cost['wall_ms']:.0f} ms"
        row(name, *used, f"{cpu:.2f} x", f"{wall:.2f} x", f"{cost['mb']:.0f} MB")


def main():
    spec = json.load(sys.stdin)
    print(f"{machine()}; {spec['versions']}.\n")
    with sandbox() as org, tempfile.NamedTemporaryFile() as file:
        file.write(page(org))
        file.flush()
        decoded(spec, file.name)
        print()
        started(spec, json.dumps(org | {"path": PATH, "query": query(org["interval"])}))
    print()
    row("size", "MB")
    row("---", "--:")
    for what, paths in spec["sizes"].items():
        row(what, f"{size(map(pathlib.Path, paths)) / 1e6:.1f}")


main()
