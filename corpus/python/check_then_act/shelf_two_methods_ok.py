"""The caller asks first only to save work: take() itself accepts an empty shelf."""

import threading


class Shelf:
    def __init__(self, books: int) -> None:
        self._books: list[int] = [*range(books)]

    def is_empty(self) -> bool:
        return not self._books

    def take(self) -> int | None:
        try:
            return self._books.pop()
        except IndexError:
            return None


def reader(shelf: Shelf) -> None:
    for _ in range(60):
        if not shelf.is_empty():
            shelf.take()


def drive() -> None:
    shelf = Shelf(100)
    threads = [threading.Thread(target=reader, args=(shelf,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
