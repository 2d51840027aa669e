"""Increments of the defaultdict and the Counter, and the copies, share a lock."""
# gilcheck-corpus: assume=threaded

import threading
from collections import Counter, defaultdict


class RouteMetrics:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.requests: defaultdict[str, int] = defaultdict(int)
        self.statuses: Counter[int] = Counter()

    def record(self, route: str, status: int) -> None:
        with self._lock:
            self.requests[route] += 1
            self.statuses[status] += 1

    def snapshot(self) -> dict[str, int]:
        with self._lock:
            return dict(self.requests)


metrics = RouteMetrics()


def handle(count: int) -> None:
    for i in range(count):
        metrics.record("/items", 200 + i % 2)
    metrics.snapshot()


def drive() -> None:
    threads = [threading.Thread(target=handle, args=(80,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
