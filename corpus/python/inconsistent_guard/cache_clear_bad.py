"""lookup() checks and reads under the lock; clear() empties the dict without it."""
import threading


def touch(key):
    return key.upper()


class Cache:
    def __init__(self):
        self._lock = threading.RLock()
        self._entries = {}

    def store(self, key, value):
        with self._lock:
            self._entries[key] = value

    def lookup(self, key):
        with self._lock:
            if key in self._entries:
                touch(key)
                return self._entries[key]
            return None

    def clear(self):
        self._entries.clear()
#       ^^^^^^^^^^^^^^^^^^^^^ GIL201 already-racy


def use(cache):
    for number in range(60):
        key = f"k{number % 5}"
        cache.store(key, number)
        try:
            cache.lookup(key)
        except KeyError:
            pass


def drive():
    cache = Cache()
    threads = [threading.Thread(target=use, args=(cache,)) for _ in range(2)]
    threads.append(threading.Thread(target=cache.clear))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
