"""Each step of the shared csv.reader is taken under one lock."""
import csv
import threading

LINES = [f"{number},name{number}" for number in range(120)]


class Importer:
    def __init__(self, lines):
        self._lock = threading.Lock()
        self._rows = csv.reader(lines)
        self.loaded = []

    def load_next(self):
        with self._lock:
            row = next(self._rows, None)
        if row is None:
            return False
        self.loaded.append(row)
        return True


def load_all(importer):
    for _ in range(len(LINES)):
        if not importer.load_next():
            break


def drive():
    importer = Importer(LINES)
    threads = [threading.Thread(target=load_all, args=(importer,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
