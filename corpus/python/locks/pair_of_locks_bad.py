"""Rows are guarded by the first lock; one method touches them under the second."""
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

    def undo(self):
        with self._index_lock:
            if self._rows:
#              ^^^^^^^^^^ GIL102 gil-masked
                return self._rows.pop()
            return None


def use(table, start):
    for number in range(start, start + 50):
        try:
            table.insert(number)
            table.undo()
            table.clear_rows()
        except IndexError:
            pass


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
