"""The caller holds the re-entrant lock over both methods."""
import threading


class NameTable:
    def __init__(self):
        self._lock = threading.RLock()
        self._names = {}

    def add(self, name):
        with self._lock:
            self._names[name] = True

    def has(self, name):
        with self._lock:
            return name in self._names

    def remove(self, name):
        with self._lock:
            del self._names[name]

    def discard(self, name):
        with self._lock:
            if self.has(name):
                self.remove(name)


def churn(table):
    for number in range(60):
        table.add(f"n{number % 4}")
        table.discard(f"n{number % 4}")


def drive():
    table = NameTable()
    threads = [threading.Thread(target=churn, args=(table,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
