"""Counter(counter) copies the other one item by item, in Python."""
import threading
from collections import Counter


class Stats:
    def __init__(self):
        self._lock = threading.Lock()
        self._counts = Counter()

    def count(self, name):
        with self._lock:
            self._counts[name] += 1

    def copy(self):
        return Counter(self._counts)
#                      ^^^^^^^^^^^^ GIL105 already-racy


def work(stats, name):
    for i in range(60):
        stats.count(f"{name}{i}")
        try:
            stats.copy()
        except RuntimeError:
            pass


def drive():
    stats = Stats()
    threads = [threading.Thread(target=work, args=(stats, name)) for name in "abc"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
