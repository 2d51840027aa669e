"""'with a, b:' holds both; each location keeps to its own lock elsewhere."""
import threading


class Table:
    def __init__(self):
        self._rows_lock = threading.Lock()
        self._index_lock = threading.Lock()
        self._rows = []
        self._index = {}

    def insert(self, key):
        with self._rows_lock, self._index_lock:
            self._rows.append(key)
            self._index[key] = len(self._rows)

    def clear_rows(self):
        with self._rows_lock:
            self._rows.clear()

    def forget(self, key):
        with self._index_lock:
            if key in self._index:
                del self._index[key]


def use(table, start):
    for number in range(start, start + 50):
        table.insert(number)
        table.clear_rows()
        table.forget(number)


def drive():
    table = Table()
    threads = [
        threading.Thread(target=use, args=(table, start))
        for start in (0, 100, 200)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
