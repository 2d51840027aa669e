"""A rate limiter looks at the oldest call in a deque, in one section."""
import itertools
import threading
from collections import deque


class RateLimiter:
    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._calls: deque[int] = deque()
        self._lock = threading.Lock()

    def _expire(self, now: int) -> None:
        if self._calls and self._calls[0] < now - 10:
            self._calls.popleft()

    def allow(self, now: int) -> bool:
        with self._lock:
            self._expire(now)
            if len(self._calls) < self._limit:
                self._calls.append(now)
                return True
            return False


def request(limiter: RateLimiter, clock: itertools.count) -> None:
    for _ in range(60):
        limiter.allow(next(clock))


def drive() -> None:
    limiter = RateLimiter(8)
    clock = itertools.count()
    threads = [
        threading.Thread(target=request, args=(limiter, clock)) for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
