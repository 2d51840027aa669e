"""The handler expects what a change after the test makes of the act."""
import threading
from collections import deque


class Pool:
    def __init__(self):
        self._free = deque(range(60))
        self._names = {number: str(number) for number in range(60)}

    def take(self):
        try:
            if self._free:
                return self._free.popleft()
        except IndexError:
            pass
        return None

    def forget(self, number):
        try:
            if number in self._names:
                del self._names[number]
        except KeyError:
            pass


def work(pool):
    for number in range(60):
        pool.take()
        pool.forget(number)


def drive():
    pool = Pool()
    threads = [threading.Thread(target=work, args=(pool,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
