"""assume=single: no thread in sight reaches the unlocked method."""
# gilcheck-corpus: assume=single
import threading


class Inventory:
    def __init__(self):
        self._lock = threading.Lock()
        self._items = []

    def add(self, item):
        with self._lock:
            self._items.append(item)

    def take(self):
        if self._items:
            return self._items.pop()
        return None


def restock(inventory):
    for number in range(40):
        inventory.add(number)


def drive():
    inventory = Inventory()
    threads = [threading.Thread(target=restock, args=(inventory,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    while inventory.take() is not None:
        continue
