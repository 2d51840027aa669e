"""Two objects get the same lock and the same dict through their constructors."""
import threading


class Writer:
    def __init__(self, table, lock):
        self._table = table
        self._lock = lock

    def write(self, key):
        with self._lock:
            self._table[key] = self._table.get(key, 0) + 1


class Pruner:
    def __init__(self, table, lock):
        self._table = table
        self._lock = lock

    def prune(self, key):
        with self._lock:
            if key in self._table:
                del self._table[key]


def write_all(writer):
    for number in range(60):
        writer.write(number % 7)


def prune_all(pruner):
    for number in range(60):
        pruner.prune(number % 7)


def drive():
    table = {}
    lock = threading.Lock()
    threads = [
        threading.Thread(target=write_all, args=(Writer(table, lock),)),
        threading.Thread(target=prune_all, args=(Pruner(table, lock),)),
        threading.Thread(target=prune_all, args=(Pruner(table, lock),)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
