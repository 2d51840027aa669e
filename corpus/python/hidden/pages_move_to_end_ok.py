"""A page cache moves what was used to the end, under the lock."""
import threading
from collections import OrderedDict


class PageCache:
    def __init__(self) -> None:
        self._pages: OrderedDict[int, bytes] = OrderedDict()
        self._lock = threading.Lock()

    def put(self, number: int, page: bytes) -> None:
        with self._lock:
            self._pages[number] = page

    def evict(self) -> None:
        with self._lock:
            self._pages.popitem(last=False)

    def forget(self, number: int) -> None:
        with self._lock:
            self._pages.pop(number, None)

    def touch(self, number: int) -> bool:
        with self._lock:
            if number in self._pages:
                self._pages.move_to_end(number)
                return True
            return False


def browse(cache: PageCache) -> None:
    for number in range(40):
        cache.put(number, b"page")
        cache.touch(number)
        if number % 8 == 7:
            cache.evict()
        cache.forget(number - 3)


def drive() -> None:
    cache = PageCache()
    threads = [threading.Thread(target=browse, args=(cache,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
