"""A decorator takes the object's lock around every method that it wraps."""

import functools
import threading


def synchronized(method):
    @functools.wraps(method)
    def wrapper(self, *args):
        with self._lock:
            return method(self, *args)

    return wrapper


class Arena:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.peak = 0

    @synchronized
    def allocate(self, size: int) -> None:
        self.peak = max(self.peak, size)

    @synchronized
    def reset(self) -> None:
        self.peak = 0


def fill(arena: Arena) -> None:
    for size in range(80):
        arena.allocate(size)
    arena.reset()


def drive() -> None:
    arena = Arena()
    threads = [threading.Thread(target=fill, args=(arena,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
