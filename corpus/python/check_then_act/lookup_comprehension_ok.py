"""The comprehension gets each item once and filters what it got."""

import threading


class Index:
    def __init__(self) -> None:
        self._pages: dict[str, int] = {f"term{i}": i for i in range(40)}

    def pages(self, terms: list[str]) -> list[int]:
        return [page for term in terms if (page := self._pages.get(term)) is not None]

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
