"""Two collectors read rows from one generator, through islice()."""
import threading
from collections.abc import Iterator
from itertools import islice


def read_rows(count: int) -> Iterator[str]:
    for number in range(count):
        yield f"row {number}"


class Importer:
    def __init__(self, count: int) -> None:
        self._rows = read_rows(count)

    def next_batch(self) -> list[str]:
        return list(islice(self._rows, 5))
#                          ^^^^^^^^^^ GIL106 already-racy
# FN run: GIL106 what an islice advances is not known to it


def load(importer: Importer) -> None:
    try:
        while importer.next_batch():
            pass
    except ValueError:
        return


def drive() -> None:
    importer = Importer(120)
    threads = [threading.Thread(target=load, args=(importer,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
