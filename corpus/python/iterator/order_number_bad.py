"""One generator hands out the order numbers of every thread."""
import threading


def numbers(prefix):
    current = 0
    while True:
        current += 1
        yield f"{prefix}{current:06d}"


class OrderDesk:
    def __init__(self):
        self._numbers = numbers("ord-")
        self.orders = []

    def place(self, item):
        number = next(self._numbers)
#                ^^^^^^^^^^^^^^^^^^^ GIL106 already-racy
        self.orders.append((number, item))


def sell(desk):
    for item in range(50):
        try:
            desk.place(item)
        except ValueError:
            continue


def drive():
    desk = OrderDesk()
    threads = [threading.Thread(target=sell, args=(desk,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
