"""Totals under a lock; __all__ does not list them, so a star import leaves them out."""
import threading

__all__ = ["LIMIT"]
LIMIT = 50


class Totals:
    def __init__(self):
        self._lock = threading.Lock()
        self.by_page = {}

    def add(self, page):
        with self._lock:
            self.by_page[page] = self.by_page.get(page, 0) + 1


totals = Totals()
