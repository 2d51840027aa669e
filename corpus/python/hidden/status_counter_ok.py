"""A Counter's `+= 1` under the lock of the log."""
import threading
from collections import Counter


class AccessLog:
    def __init__(self) -> None:
        self._by_status: Counter[int] = Counter()
        self._lock = threading.Lock()

    def log(self, status: int) -> None:
        with self._lock:
            self._by_status[status] += 1


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
