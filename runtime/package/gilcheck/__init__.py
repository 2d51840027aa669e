"""The runtime of gilcheck: finds regions that another thread could tear, while a program runs.

Use it through ``gilcheck run -- COMMAND``, which starts the command with this package in place. Inside
such a process :func:`reports` gives what was found so far.

PYTEST_DONT_REWRITE: with ``-p gilcheck`` pytest would warn that it comes too late to rewrite this.
"""

from __future__ import annotations

from typing import Any

__all__ = ["active", "reports"]

pytest_plugins = ("gilcheck.pytest_plugin",)  # for `pytest -p gilcheck`


def active() -> bool:
    """Whether this process is instrumented."""
    from . import _session

    return _session.running


def reports() -> list[dict[str, Any]]:
    """What was found so far in this process, as in the JSON of ``gilcheck run``.

    Raises RuntimeError where the process is not instrumented.
    """
    from . import _session

    if not _session.running:
        raise RuntimeError("not started by `gilcheck run`")
    return _session.collect()
