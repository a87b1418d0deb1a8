"""Fresh processes in turn, and what each of them used."""

import os
import statistics
import time

ROUNDS = 15


def run(command):
    """Seconds on the wall, seconds of processor, peak MB, and what it printed."""
    out, into = os.pipe()
    start = time.perf_counter()
    child = os.fork()
    if child == 0:
        os.dup2(into, 1)
        os.execvp(command[0], command)
    os.close(into)
    with os.fdopen(out) as text:
        said = text.read()
    _, status, used = os.wait4(child, 0)
    took = time.perf_counter() - start
    assert status == 0, command[:2]
    return (took, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024), said


def in_turn(cases, run_one, rounds=ROUNDS):
    """Every case in each round, the first round for warming up."""
    seen = {name: [] for name in cases}
    for nth in range(rounds + 1):
        for name in cases:
            one = run_one(name)
            if nth:
                seen[name].append(one)
    return seen


def medians(seen):
    answer = {}
    for name, rows in seen.items():
        wall, cpu, mb = (statistics.median(column) for column in zip(*rows, strict=True))
        answer[name] = {"wall_ms": wall * 1e3, "cpu_ms": cpu * 1e3, "mb": mb}
    return answer


def pairs(seen, name, base, column, combine):
    return statistics.median(combine(a[column], b[column]) for a, b in zip(seen[name], seen[base], strict=True))
