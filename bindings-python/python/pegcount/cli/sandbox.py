"""The simulated contact centre, a program of its own from the wheel `pegcount-sandbox`."""

from __future__ import annotations

import os
import shutil
import sys
import sysconfig

MISSING = "the sandbox is not installed: pip install 'pegcount[sandbox]'"


def program() -> str | None:
    """Where it is: the one installed beside this Python counts before any other on the way."""
    return shutil.which("pegcount-sandbox", path=sysconfig.get_path("scripts")) or shutil.which("pegcount-sandbox")


def run_sandbox(argv: list[str]) -> int:
    """Becomes the sandbox."""
    found = program()
    if found is None:
        print(f"pegcount: {MISSING}", file=sys.stderr)
        return 2
    if os.name == "nt":
        import subprocess

        return subprocess.call([found, *argv])
    sys.stdout.flush()
    os.execv(found, [found, *argv])
