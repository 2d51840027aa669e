"""One thread alone owns the stock; the others send it orders through a queue."""

import queue
import threading


class Stock:
    def __init__(self, items: int) -> None:
        self._items: dict[str, int] = {f"item{i}": i for i in range(items)}

    def take_any(self) -> tuple[str, int] | None:
        return self._items.popitem() if self._items else None


def shopkeeper(stock: Stock, orders: "queue.Queue[str | None]") -> None:
    while orders.get() is not None:
        stock.take_any()


def customer(orders: "queue.Queue[str | None]") -> None:
    for _ in range(60):
        orders.put("any")


def drive() -> None:
    orders: "queue.Queue[str | None]" = queue.Queue()
    keeper = threading.Thread(target=shopkeeper, args=(Stock(100), orders))
    customers = [threading.Thread(target=customer, args=(orders,)) for _ in range(2)]
    keeper.start()
    for thread in customers:
        thread.start()
    for thread in customers:
        thread.join()
    orders.put(None)
    keeper.join()
