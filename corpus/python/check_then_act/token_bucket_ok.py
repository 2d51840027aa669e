"""Test and store happen in one critical section, and so does the refill."""

import threading


class TokenBucket:
    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self._lock = threading.Lock()
        self._tokens = capacity

    def allow(self) -> bool:
        with self._lock:
            if (left := self._tokens) > 0:
                self._tokens = left - 1
                return True
        return False

    def refill(self) -> None:
        with self._lock:
            self._tokens = self.capacity


def call(bucket: TokenBucket) -> None:
    for _ in range(60):
        bucket.allow()


def refill_often(bucket: TokenBucket) -> None:
    for _ in range(5):
        bucket.refill()


def drive() -> None:
    bucket = TokenBucket(20)
    threads = [
        threading.Thread(target=call, args=(bucket,)),
        threading.Thread(target=call, args=(bucket,)),
        threading.Thread(target=refill_often, args=(bucket,)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
