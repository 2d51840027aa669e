"""has() and remove() each hold the lock; their caller puts them together without it."""
import threading


class NameTable:
    def __init__(self):
        self._lock = threading.Lock()
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
        if self.has(name):
# FN: GIL202 check and act are two methods, each a section of its own
# FN run: GIL202 the check and the act are in two functions
            self.remove(name)


def churn(table):
    for number in range(60):
        table.add(f"n{number % 4}")
        try:
            table.discard(f"n{number % 4}")
        except KeyError:
            pass


def drive():
    table = NameTable()
    threads = [threading.Thread(target=churn, args=(table,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
