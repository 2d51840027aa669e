"""Stock is taken with operator.setitem and getitem under a lock."""
import operator
import threading


class Warehouse:
    def __init__(self, stock: dict[str, int]) -> None:
        self._stock = stock
        self._lock = threading.Lock()

    def pick(self, sku: str) -> None:
        with self._lock:
            left = operator.getitem(self._stock, sku) - 1
            operator.setitem(self._stock, sku, left)


def fulfil(warehouse: Warehouse) -> None:
    for _ in range(50):
        warehouse.pick("bolt")
        warehouse.pick("nut")


def drive() -> None:
    warehouse = Warehouse({"bolt": 500, "nut": 500})
    threads = [threading.Thread(target=fulfil, args=(warehouse,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
