"""A rate limiter tests its tokens through a walrus and stores one less."""

import threading


class TokenBucket:
    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self._tokens = capacity

    def allow(self) -> bool:
        if (left := self._tokens) > 0:
#           ^^^^^^^^^^^^^^^^^^^^ GIL102 gil-masked
            self._tokens = left - 1
            return True
        return False

    def refill(self) -> None:
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
