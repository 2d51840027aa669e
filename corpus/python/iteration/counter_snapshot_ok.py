"""dict(counter) copies a Counter in one step, as it does with a dict."""
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
        return dict(self._counts)


def work(stats, name):
    for i in range(60):
        stats.count(f"{name}{i}")
        stats.copy()


def drive():
    stats = Stats()
    threads = [threading.Thread(target=work, args=(stats, name)) for name in "abc"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
