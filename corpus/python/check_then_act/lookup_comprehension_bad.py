"""A comprehension filters keys by `in` and reads the items of those that passed."""

import threading


class Index:
    def __init__(self) -> None:
        self._pages: dict[str, int] = {f"term{i}": i for i in range(40)}

    def pages(self, terms: list[str]) -> list[int]:
        return [self._pages[term] for term in terms if term in self._pages]
#                                                      ^^^^^^^^^^^^^^^^^^^ GIL102 gil-masked

    def forget(self, term: str) -> None:
        self._pages.pop(term, None)


def search(index: Index) -> None:
    for _ in range(10):
        index.pages([f"term{i}" for i in range(50)])


def prune(index: Index) -> None:
    for i in range(40):
        index.forget(f"term{i}")


def drive() -> None:
    index = Index()
    threads = [
        threading.Thread(target=search, args=(index,)),
        threading.Thread(target=search, args=(index,)),
        threading.Thread(target=prune, args=(index,)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
