"""`and` pops only when the ring holds something, `or` drops only when it is full."""

import threading
from collections import deque


class EventRing:
    def __init__(self) -> None:
        self._events: deque[int] = deque()
        self._spare: set[int] = {0, 1, 2}

    def push(self, event: int) -> None:
        self._events.append(event)

    def newest(self) -> object:
        return self._events and self._events.pop()
#              ^^^^^^^^^^^^ GIL102 gil-masked

    def retire(self, spare: int) -> object:
        return spare not in self._spare or self._spare.remove(spare)
#              ^^^^^^^^^^^^^^^^^^^^^^^^ GIL102 gil-masked


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
