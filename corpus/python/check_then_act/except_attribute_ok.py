"""What may be missing is the attribute of a module, not the key."""

import sys
import threading

_lock = threading.Lock()
_facts: "dict[str, int]" = {"fills": 0}


def fill() -> None:
    for _ in range(50):
        try:
            _facts["api"] = sys.api_version
        except AttributeError:
            _facts["api"] = 0
        with _lock:
            _facts["fills"] = _facts["fills"] + 1


def drive() -> None:
    threads = [threading.Thread(target=fill) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
