"""The handler expects something else, or raises it again."""
import threading
from collections import deque


class Pool:
    def __init__(self):
        self._free = deque(range(60))
        self._names = {number: str(number) for number in range(60)}
        self.misses = 0

    def take(self):
        try:
            if self._free:
#              ^^^^^^^^^^ GIL102 gil-masked
                return self._free.popleft()
        except KeyError:
            pass
        return None

    def forget(self, number):
        try:
            if number in self._names:
#              ^^^^^^^^^^^^^^^^^^^^^ GIL102 gil-masked
                del self._names[number]
        except KeyError:
            print("gone")
            raise


def work(pool):
    for number in range(60):
        try:
            pool.take()
            pool.forget(number)
        except LookupError:
            pass


def drive():
    pool = Pool()
    threads = [threading.Thread(target=work, args=(pool,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
