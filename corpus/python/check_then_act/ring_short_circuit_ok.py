"""The short circuits run under the lock that a base class made."""

import threading
from collections import deque


class Guarded:
    def __init__(self) -> None:
        self._guard = threading.Lock()


class EventRing(Guarded):
    def __init__(self) -> None:
        super().__init__()
        self._events: deque[int] = deque()
        self._spare: set[int] = {0, 1, 2}

    def push(self, event: int) -> None:
        with self._guard:
            self._events.append(event)

    def newest(self) -> object:
        with self._guard:
            return self._events and self._events.pop()

    def retire(self, spare: int) -> object:
        with self._guard:
            return spare not in self._spare or self._spare.remove(spare)


def consume(ring: EventRing) -> None:
    for i in range(60):
        ring.push(i)
        ring.newest()
        ring.retire(i % 4)


def drive() -> None:
    ring = EventRing()
    threads = [threading.Thread(target=consume, args=(ring,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
