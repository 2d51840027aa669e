"""Read and store lie between acquire and the release in finally."""

import threading


class Warehouse:
    def __init__(self) -> None:
        self._mutex = threading.Lock()
        self._levels: dict[str, int] = {"bolt": 0, "nut": 0}

    def receive(self, sku: str) -> int:
        self._mutex.acquire()
        try:
            level = self._levels[sku]
            self._levels[sku] = level + 1
        finally:
            self._mutex.release()
        return level


def unload(warehouse: Warehouse) -> None:
    for _ in range(60):
        warehouse.receive("bolt")
        warehouse.receive("nut")


def drive() -> None:
    warehouse = Warehouse()
    threads = [threading.Thread(target=unload, args=(warehouse,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
