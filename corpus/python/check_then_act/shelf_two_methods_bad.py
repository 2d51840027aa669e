"""The check and the act are calls of two methods, made one after the other."""

import threading


class Shelf:
    def __init__(self, books: int) -> None:
        self._books: list[int] = [*range(books)]

    def is_empty(self) -> bool:
        return not self._books

    def take(self) -> int:
        return self._books.pop()


def reader(shelf: Shelf) -> None:
    for _ in range(60):
        if not shelf.is_empty():
# FN: GIL102 needs the results of is_empty() and the effect of take() to be related
# FN run: GIL102 the test and the act are in two functions
            shelf.take()


def drive() -> None:
    shelf = Shelf(100)
    threads = [threading.Thread(target=reader, args=(shelf,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
