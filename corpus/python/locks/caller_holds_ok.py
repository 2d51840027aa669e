"""A private helper without a lock, and each of its callers holds it."""
import threading


class PageCache:
    def __init__(self):
        self._lock = threading.Lock()
        self._pages = {}

    def _evict(self, key):
        if key in self._pages:
            del self._pages[key]

    def _evict_around(self, key):
        self._evict(key - 1)
        self._evict(key + 1)

    def put(self, key, page):
        with self._lock:
            self._evict(key - 5)
            self._pages[key] = page

    def purge(self, key):
        with self._lock:
            self._evict_around(key)


def use(cache):
    for number in range(60):
        cache.put(number, "page")
        cache.purge(number - 2)


def drive():
    cache = PageCache()
    threads = [threading.Thread(target=use, args=(cache,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
