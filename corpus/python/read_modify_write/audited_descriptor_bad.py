"""A descriptor counts reads on itself: one count for every object of the class."""
# gilcheck-corpus: assume=threaded

import threading


class Audited:
    def __init__(self, default: str) -> None:
        self.default = default
        self.reads = 0

    def __get__(self, obj: object, owner: type | None = None) -> str:
        self.reads += 1
#       ^^^^^^^^^^^^^^^ GIL101 gil-masked
        return self.default


class Document:
    title = Audited("untitled")


def read_titles(count: int) -> None:
    document = Document()
    for _ in range(count):
        document.title


def drive() -> None:
    threads = [threading.Thread(target=read_titles, args=(80,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
