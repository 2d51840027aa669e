"""A private helper relies on its callers' lock, and one caller does not hold it."""
import threading


class PageCache:
    def __init__(self):
        self._lock = threading.Lock()
        self._pages = {}

    def _evict(self, key):
        if key in self._pages:
#          ^^^^^^^^^^^^^^^^^^ GIL102 gil-masked
            del self._pages[key]

    def put(self, key, page):
        with self._lock:
            self._evict(key - 5)
            self._pages[key] = page

    def purge(self, key):
        self._evict(key)


def use(cache):
    for number in range(60):
        try:
            cache.put(number, "page")
            cache.purge(number - 2)
        except KeyError:
            pass


def drive():
    cache = PageCache()
    threads = [threading.Thread(target=use, args=(cache,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
