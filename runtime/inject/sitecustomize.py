"""Put before everything else on PYTHONPATH by ``gilcheck run``; Python imports it at start-up."""

import os
import sys

_here = os.path.dirname(os.path.abspath(__file__))
_package = os.path.join(os.path.dirname(_here), "")


def _start() -> None:
    # The package is beside us, and not on the program's own path.
    sys.path.insert(0, _package)
    try:
        if "GILCHECK_TSAN" in os.environ:
            from gilcheck import _sanitizer

            _sanitizer.start()
        else:
            from gilcheck import _session

            _session.start()
    finally:
        sys.path.remove(_package)


def _next_sitecustomize() -> None:
    """The one that ours hides, if there is one."""
    import importlib.machinery
    import importlib.util

    paths = [path for path in sys.path if os.path.abspath(path or ".") != _here]
    found = importlib.machinery.PathFinder.find_spec("sitecustomize", paths)
    if found is not None and found.loader is not None:
        found.loader.exec_module(importlib.util.module_from_spec(found))


_start()
_next_sitecustomize()
