"""A pool that guards its idle list."""
import threading


class Pool:
    def __init__(self):
        self._lock = threading.Lock()
        self._idle = []

    def give(self, item):
        with self._lock:
            self._idle.append(item)
