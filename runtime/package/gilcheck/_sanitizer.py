"""Joins ThreadSanitizer's reports with the Python stacks of the threads they were made on.

``GILCHECK_TSAN`` names a directory. Every process that inherits the variable writes a file of its own into it:
``{"pid": number, "stacks": [[{"path", "function", "line"}, ...], ...]}``, a stack for each report in order.
Nothing here may make the program under test fail.
"""

from __future__ import annotations

import atexit
import json
import os
import sys

from . import _endings

_output = ""
_told = False  # the interpreter tells of its reports


def start() -> None:
    """Starts, if the environment asks for it. Called once, before the program's own code."""
    global _output, _told
    _output = os.environ.get("GILCHECK_TSAN", "")
    if not _output or not os.path.isdir(_output):
        return
    try:
        from . import _python_stacks

        _told = _python_stacks.start()
    except Exception as error:  # the reports come all the same
        print(f"gilcheck: no Python stacks: {type(error).__name__}: {error}", file=sys.stderr)
    atexit.register(_finish)
    _endings.watch(_finish, lambda: None, _forked)


def _forked() -> None:
    if _told:
        from . import _python_stacks

        _python_stacks.forget()


def _finish() -> None:
    stacks = []
    if _told:
        from . import _python_stacks

        stacks = _python_stacks.stacks()
    try:
        path = os.path.join(_output, f"{os.getpid()}.stacks")
        with open(path + ".part", "w", encoding="ascii") as file:
            json.dump({"pid": os.getpid(), "stacks": stacks}, file)
        os.replace(path + ".part", path)
    except OSError as error:
        print(f"gilcheck: cannot write the Python stacks: {error}", file=sys.stderr)
