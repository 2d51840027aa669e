"""A caller holds the lock of its own cache; the statistic it calls has nothing to do with it."""
import threading

_seen = {}
_seen_lock = threading.Lock()


def note(name):
    with _seen_lock:
        _seen[name] = _seen.get(name, 0) + 1


class Cache:
    def __init__(self):
        self._lock = threading.Lock()
        self._rows = {}

    def put(self, key, value):
        with self._lock:
            if key not in self._rows:
                self._rows[key] = value
            note(key)


def work(cache):
    for i in range(60):
        cache.put(f"k{i % 7}", i)


def drive():
    cache = Cache()
    threads = [threading.Thread(target=work, args=(cache,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
