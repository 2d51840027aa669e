"""A ternary pops an item from a dict only if the dict is not empty."""

import threading


class Stock:
    def __init__(self, items: int) -> None:
        self._items: dict[str, int] = {f"item{i}": i for i in range(items)}

    def take_any(self) -> tuple[str, int] | None:
        return self._items.popitem() if self._items else None
#                                       ^^^^^^^^^^^ GIL102 gil-masked


def sell(stock: Stock) -> None:
    for _ in range(60):
        stock.take_any()


def drive() -> None:
    stock = Stock(100)
    threads = [threading.Thread(target=sell, args=(stock,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
