"""The caller's lock, one for each cache, does not guard what all caches count together."""
import threading

_seen = {}


def note(name):
    _seen[name] = _seen.get(name, 0) + 1
#                 ^^^^^^^^^^^^^^^^^^ GIL101 already-racy


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
    caches = [Cache(), Cache()]
    threads = [threading.Thread(target=work, args=(cache,)) for cache in caches]
    threads += [threading.Thread(target=work, args=(cache,)) for cache in caches]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
