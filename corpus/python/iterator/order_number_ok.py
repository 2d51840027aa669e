"""itertools.count may be advanced by many threads."""
import itertools
import threading


class OrderDesk:
    def __init__(self):
        self._numbers = itertools.count(1)
        self.orders = []

    def place(self, item):
        number = next(self._numbers)
        self.orders.append((f"ord-{number:06d}", item))


def sell(desk):
    for item in range(50):
        desk.place(item)


def drive():
    desk = OrderDesk()
    threads = [threading.Thread(target=sell, args=(desk,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
