"""A csv.reader over a list of lines, advanced by several importers."""
import csv
import threading

LINES = [f"{number},name{number}" for number in range(120)]


class Importer:
    def __init__(self, lines):
        self._rows = csv.reader(lines)
        self.loaded = []

    def load_next(self):
        row = next(self._rows, None)
#             ^^^^^^^^^^^^^^^^^^^^^^ GIL106 gil-masked
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
