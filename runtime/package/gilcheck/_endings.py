"""The ways in which a process ends, or becomes another one."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable
from typing import Any


def watch(finish: Callable[[], None], go_on: Callable[[], None], forked: Callable[[], None]) -> None:
    """Calls ``finish`` before the process ends without atexit or becomes another program, ``go_on`` if it did not
    after all, and ``forked`` in a child. What is to be done at a usual end is registered with atexit."""
    os.register_at_fork(after_in_child=forked)
    # multiprocessing's children and many servers end here, or become another program, without atexit.
    for name in ("_exit", "execv", "execve"):
        setattr(os, name, _finishing_before(getattr(os, name), finish, go_on))


def _finishing_before(function: Callable[..., Any], finish: Callable[[], None],
                      go_on: Callable[[], None]) -> Callable[..., Any]:
    @functools.wraps(function)
    def call(*arguments: Any, **named: Any) -> Any:
        finish()
        try:
            return function(*arguments, **named)
        finally:
            go_on()  # still here: it failed

    return call
