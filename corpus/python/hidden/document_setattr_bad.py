"""Every assignment to a document's attributes advances its revision."""
import threading


class Document:
    def __init__(self, title: str) -> None:
        object.__setattr__(self, "revision", 0)
        self.title = title

    def __setattr__(self, name: str, value: object) -> None:
        object.__setattr__(self, name, value)
        object.__setattr__(self, "revision", self.revision + 1)
# FN: GIL101 object.__setattr__() is not seen as a store


def edit(document: Document) -> None:
    for number in range(40):
        document.title = f"draft {number}"


def drive() -> None:
    document = Document("draft")
    threads = [threading.Thread(target=edit, args=(document,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
