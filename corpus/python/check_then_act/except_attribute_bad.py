"""What may be missing is the key: the second thread resets what another has stored."""

import sys
import threading

_lock = threading.Lock()
_facts: "dict[str, int]" = {"fills": 0}


def fill() -> None:
    for _ in range(50):
        try:
            _facts["api"] = _facts["api"] + 1
#                           ^^^^^^^^^^^^^ GIL102 gil-masked
        except KeyError:
            _facts["api"] = 0
        with _lock:
            _facts["fills"] = _facts["fills"] + 1


def drive() -> None:
    threads = [threading.Thread(target=fill) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
