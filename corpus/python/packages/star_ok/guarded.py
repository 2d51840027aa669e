"""Totals under a lock; __all__ lists them, so they hide the name of the import before."""
import threading

__all__ = ["LIMIT"]
__all__ += ["totals"]
LIMIT = 50


class Totals:
    def __init__(self):
        self._lock = threading.Lock()
        self.by_page = {}

    def add(self, page):
        with self._lock:
            self.by_page[page] = self.by_page.get(page, 0) + 1


totals = Totals()
