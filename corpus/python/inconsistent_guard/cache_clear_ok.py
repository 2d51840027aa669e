"""clear() holds the same re-entrant lock, through the method that calls it."""
import threading


def touch(key):
    return key.upper()


class Cache:
    def __init__(self):
        self._lock = threading.RLock()
        self._entries = {}

    def store(self, key, value):
        with self._lock:
            if len(self._entries) > 100:
                self.clear()
            self._entries[key] = value

    def lookup(self, key):
        with self._lock:
            if key in self._entries:
                touch(key)
                return self._entries[key]
            return None

    def clear(self):
        with self._lock:
            self._entries.clear()


def use(cache):
    for number in range(60):
        key = f"k{number % 5}"
        cache.store(key, number)
        cache.lookup(key)


def drive():
    cache = Cache()
    threads = [threading.Thread(target=use, args=(cache,)) for _ in range(2)]
    threads.append(threading.Thread(target=cache.clear))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
