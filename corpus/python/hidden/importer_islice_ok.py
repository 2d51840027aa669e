"""Two collectors read rows from one generator, a batch at a time."""
import threading
from collections.abc import Iterator
from itertools import islice


def read_rows(count: int) -> Iterator[str]:
    for number in range(count):
        yield f"row {number}"


class Importer:
    def __init__(self, count: int) -> None:
        self._rows = read_rows(count)
        self._reading = threading.Lock()

    def next_batch(self) -> list[str]:
        with self._reading:
            return list(islice(self._rows, 5))


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
