"""The interpreter that the benchmarks of the race detector run in."""

from __future__ import annotations

import subprocess


def free_threaded(gilcheck: str) -> str:
    """The managed 3.13t's executable, with the runtime compiled for it. Ends the program if there is none."""
    found = subprocess.run([gilcheck, "interpreter", "path", "3.13t"], capture_output=True, text=True)
    if found.returncode != 0:
        raise SystemExit("no managed interpreter: `gilcheck interpreter install 3.13t` builds it")
    python = found.stdout.strip()
    subprocess.run([gilcheck, "run", "--python", python, "--", "python", "-c", "pass"], capture_output=True,
                   check=True)
    return python
