"""The simulated contact centre, a program of its own from the wheel `pegcount-sandbox`."""

from __future__ import annotations

import os
import shutil
import sys
import sysconfig


def run_sandbox(argv: list[str]) -> int:
    """Becomes the sandbox."""
    # The one installed beside this Python counts before any other on the way.
    program = shutil.which("pegcount-sandbox", path=sysconfig.get_path("scripts")) or shutil.which("pegcount-sandbox")
    if program is None:
        print("pegcount: the sandbox is not installed: pip install 'pegcount[sandbox]'", file=sys.stderr)
        return 2
    if os.name == "nt":
        import subprocess

        return subprocess.call([program, *argv])
    sys.stdout.flush()
    os.execv(program, [program, *argv])
