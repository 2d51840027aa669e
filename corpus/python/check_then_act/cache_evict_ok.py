"""put() holds the lock, and hands the eviction to a helper that only it calls."""

import threading


class BoundedCache:
    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._lock = threading.Lock()
        self._entries: dict[str, bytes] = {}

    def _make_room(self) -> None:
        if len(self._entries) >= self.limit:
            self._entries.popitem()

    def put(self, key: str, value: bytes) -> None:
        with self._lock:
            self._make_room()
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
