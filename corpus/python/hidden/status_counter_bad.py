"""A Counter's missing key is zero: its `+= 1` has a Python call for the first."""
import threading
from collections import Counter


class AccessLog:
    def __init__(self) -> None:
        self._by_status: Counter[int] = Counter()

    def log(self, status: int) -> None:
        self._by_status[status] += 1
#       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ GIL101 already-racy


def serve(log: AccessLog) -> None:
    for number in range(60):
        log.log(404 if number % 5 == 0 else 200)


def drive() -> None:
    log = AccessLog()
    threads = [threading.Thread(target=serve, args=(log,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
