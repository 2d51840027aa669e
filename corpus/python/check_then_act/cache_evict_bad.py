"""A bounded cache evicts when len() reaches the limit; two threads evict too much."""

import threading


class BoundedCache:
    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._entries: dict[str, bytes] = {}

    def put(self, key: str, value: bytes) -> None:
        if len(self._entries) >= self.limit:
#          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ GIL102 already-racy
            self._entries.popitem()
        self._entries[key] = value


def fill(cache: BoundedCache) -> None:
    for i in range(60):
        cache.put(f"key{i}", b"value")


def drive() -> None:
    cache = BoundedCache(1)
    threads = [threading.Thread(target=fill, args=(cache,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
