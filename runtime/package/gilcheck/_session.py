"""Starts the instrumentation of a process and writes what it found when the process ends.

``GILCHECK_RUN`` names a JSON file: ``{"output": directory, "include": [prefix, ...], "exclude":
[prefix, ...], "regions": [region, ...]}``, regions as ``_runtime.start()`` takes them. Every process that
inherits the variable writes a file of its own into the directory.
Nothing here may make the program under test fail: what goes wrong is written there instead.
"""

from __future__ import annotations

import atexit
import bisect
import contextlib
import io
import json
import os
import sys
from collections.abc import Callable
from typing import Any

from . import _endings

running = False
_output = ""
_stem = ""  # the path of this process's files, without extension
_written = False
_tests: list[tuple[int, str]] = []  # (the number of the latest report before, test): what each test added
_encode = json.JSONEncoder().encode  # the program may replace what the modules hold
_getpid, _open, _write_bytes, _close, _replace = os.getpid, os.open, os.write, os.close, os.replace
_unlink = os.unlink
_JOURNAL_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC


def start() -> None:
    """Starts, if the environment asks for it. Called once, before the program's own code."""
    global running, _output
    configuration = os.environ.get("GILCHECK_RUN")
    if not configuration or running:
        return
    try:
        with open(configuration, encoding="utf-8") as file:
            settings = json.load(file)
    except FileNotFoundError:
        return  # the run has ended; this process was started by one that it left behind
    _output = settings["output"]
    _begin()
    try:
        from . import _runtime

        _check_layout(_runtime.check_layout, _runtime)
        regions = [tuple(region) for region in settings["regions"]]
        _runtime.start(settings["include"], settings["exclude"], _journal, regions)
    except Exception as error:  # an interpreter we do not know: the program still runs
        _write({"error": f"{type(error).__name__}: {error}"})
        return
    running = True
    # From now on, a process that leaves a journal and nothing else was cut short.
    _append(_identity())
    atexit.register(_at_exit)
    _endings.watch(finish, _go_on, _forked)


def _check_layout(check: Callable[..., None], second: object) -> None:
    third = object()
    check(check, second, third)


def _at_exit() -> None:
    from . import _runtime

    finish()
    _runtime.stop()


def _begin() -> None:
    global _stem
    _stem = os.path.join(_output, f"{_getpid()}-{os.urandom(4).hex()}")


def _go_on() -> None:
    global _written
    _written = False


def _forked() -> None:
    global _written
    from . import _runtime

    _written = False
    _begin()
    _runtime.forget()


def _journal(reports: list[dict[str, Any]]) -> None:
    """Called with what is new, in the middle of the program: a race can crash the interpreter."""
    if _written:
        return
    try:
        for report in _with_tests(reports):
            _append(report)
    except (RecursionError, MemoryError):
        pass


def _append(content: dict[str, Any]) -> None:
    try:
        file = _open(_stem + ".journal", _JOURNAL_FLAGS, 0o600)
        try:
            _write_bytes(file, (_encode(content) + "\n").encode("ascii"))
        finally:
            _close(file)
    except OSError:
        pass  # the report at the end says so


def collect() -> list[dict[str, Any]]:
    return reports_since(0)[0]


def reports_since(number: int) -> tuple[list[dict[str, Any]], int]:
    """Reports that are new, or more severe, since the one of that number; and the number of the latest."""
    if not running:
        return [], number
    from . import _runtime

    found = _runtime.reports(number)
    latest = max((report["number"] for report in found), default=number)
    return _with_tests(found), latest


def news() -> int:
    """The number of the latest report."""
    if not running:
        return 0
    from . import _runtime

    return _runtime.news()


def take_met() -> bool | None:
    """Whether threads met at a location that one of them changes, since the last call; None: not known."""
    if not running:
        return None
    from . import _runtime

    return _runtime.take_met()


def test_begins(name: str) -> None:
    if running:
        _tests.append((news(), name))


def test_ends() -> None:
    if running:
        _tests.append((news(), ""))


def _with_tests(reports: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Adds to each report the test that showed it first."""
    for report in reports:
        place = bisect.bisect_left(_tests, report.pop("number"), key=lambda one: one[0]) - 1
        if place >= 0 and _tests[place][1]:
            report["test"] = _tests[place][1]
    return reports


def finish() -> None:
    """Writes the file of this process, once."""
    global _written
    if _written or not running:
        return
    _written = True
    from . import _runtime

    _write({"reports": collect(), "regions": _runtime.reach(), "statistics": _runtime.statistics()})


def _identity() -> dict[str, Any]:
    words = getattr(sys, "orig_argv", sys.argv)
    return {
        "pid": _getpid(),
        # JSON has no bytes that are no characters.
        "argv": [word.encode("utf-8", "replace").decode() for word in words],
        "python": sys.version.split()[0],
    }


def _write(content: dict[str, Any]) -> None:
    path = _stem + ".json"
    text = _encode({**_identity(), **content}).encode("ascii")
    try:
        with io.FileIO(path + ".part", "w") as file:
            rest = memoryview(text)
            while rest:
                rest = rest[file.write(rest):]
        _replace(path + ".part", path)
        with contextlib.suppress(OSError):
            _unlink(_stem + ".journal")
    except OSError as error:
        print(f"gilcheck: cannot write the report: {error}", file=sys.stderr)
