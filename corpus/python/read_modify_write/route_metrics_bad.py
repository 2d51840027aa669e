"""A metrics object kept at module level counts routes in a defaultdict(int)."""
# gilcheck-corpus: assume=threaded

import threading
from collections import Counter, defaultdict


class RouteMetrics:
    def __init__(self) -> None:
        self.requests: defaultdict[str, int] = defaultdict(int)
        self.statuses: Counter[int] = Counter()

    def record(self, route: str, status: int) -> None:
        self.requests[route] += 1
#       ^^^^^^^^^^^^^^^^^^^^^^^^^ GIL101 gil-masked
        self.statuses[status] += 1
#       ^^^^^^^^^^^^^^^^^^^^^^^^^^ GIL101 already-racy


metrics = RouteMetrics()


def handle(count: int) -> None:
    for i in range(count):
        metrics.record("/items", 200 + i % 2)


def drive() -> None:
    threads = [threading.Thread(target=handle, args=(80,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
