"""A high-water mark is kept with max(): its call ends between read and write."""

import threading


class Arena:
    def __init__(self) -> None:
        self.peak = 0

    def allocate(self, size: int) -> None:
        self.peak = max(self.peak, size)
#                       ^^^^^^^^^ GIL101 already-racy


def fill(arena: Arena) -> None:
    for size in range(80):
        arena.allocate(size)


def drive() -> None:
    arena = Arena()
    threads = [threading.Thread(target=fill, args=(arena,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
