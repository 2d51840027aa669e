"""Starts the instrumentation of a process and writes what it found when the process ends.

``GILCHECK_RUN`` names a JSON file: ``{"output": directory, "include": [prefix, ...], "exclude":
[prefix, ...]}``. Every process that inherits the variable writes a file of its own into the directory.
Nothing here may make the program under test fail: what goes wrong is written there instead.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

running = False
_output = ""
_written = False


def start() -> None:
    """Starts, if the environment asks for it. Called once, before the program's own code."""
    global running, _output
    configuration = os.environ.get("GILCHECK_RUN")
    if not configuration or running:
        return
    with open(configuration, encoding="utf-8") as file:
        settings = json.load(file)
    _output = settings["output"]
    try:
        from . import _runtime

        _runtime.start(settings["include"], settings["exclude"])
    except Exception as error:  # an interpreter we do not know: the program still runs
        _write({"error": f"{type(error).__name__}: {error}"})
        return
    running = True
    import atexit

    atexit.register(finish)
    os.register_at_fork(after_in_child=_forked)
    # multiprocessing's children and many servers end here, without atexit.
    leave = os._exit

    def _exit(status: int) -> None:
        finish()
        leave(status)

    os._exit = _exit


def _forked() -> None:
    global _written
    from . import _runtime

    _written = False
    _runtime.forget()


def collect() -> list[dict[str, Any]]:
    from . import _runtime

    return _runtime.reports()


def finish() -> None:
    """Writes the file of this process, once."""
    global _written
    if _written or not running:
        return
    _written = True
    from . import _runtime

    _runtime.stop()
    _write({"reports": collect(), "statistics": _runtime.statistics()})


def _write(content: dict[str, Any]) -> None:
    content["pid"] = os.getpid()
    content["argv"] = list(getattr(sys, "orig_argv", sys.argv))
    content["python"] = sys.version.split()[0]
    path = os.path.join(_output, f"{os.getpid()}-{os.urandom(4).hex()}.json")
    try:
        with open(path + ".part", "w", encoding="utf-8", errors="surrogateescape") as file:
            json.dump(content, file)
        os.replace(path + ".part", path)
    except OSError as error:
        print(f"gilcheck: cannot write the report: {error}", file=sys.stderr)
