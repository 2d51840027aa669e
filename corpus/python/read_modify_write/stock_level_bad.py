"""A warehouse reads a stock level into a local and stores the local plus one."""

import threading


class Warehouse:
    def __init__(self) -> None:
        self._levels: dict[str, int] = {"bolt": 0, "nut": 0}

    def receive(self, sku: str) -> int:
        level = self._levels[sku]
#               ^^^^^^^^^^^^^^^^^ GIL101 gil-masked
        self._levels[sku] = level + 1
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
