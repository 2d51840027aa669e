"""A pool that guards its idle list; subclasses fill in how an item is chosen."""
import threading


class Pool:
    def __init__(self):
        self._lock = threading.Lock()
        self._idle = []

    def give(self, item):
        with self._lock:
            self._idle.append(item)

    def take(self):
        with self._lock:
            return self._choose()

    def _choose(self):
        return None
