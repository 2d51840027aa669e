"""The descriptor counts on the object it serves, and each thread has its own."""
# gilcheck-corpus: assume=threaded

import threading


class Audited:
    def __init__(self, default: str) -> None:
        self.default = default

    def __get__(self, obj: "Document", owner: type | None = None) -> str:
        obj.reads += 1
        return self.default


class Document:
    title = Audited("untitled")

    def __init__(self) -> None:
        self.reads = 0


def read_titles(count: int) -> int:
    document = Document()
    for _ in range(count):
        document.title
    return document.reads


def drive() -> None:
    threads = [threading.Thread(target=read_titles, args=(80,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
