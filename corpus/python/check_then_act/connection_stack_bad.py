"""A pool tests its free list for truth and pops from it."""

import threading


class ConnectionPool:
    def __init__(self, size: int) -> None:
        self._free: list[str] = [f"conn{i}" for i in range(size)]

    def borrow(self) -> str:
        if self._free:
#          ^^^^^^^^^^ GIL102 gil-masked high
            return self._free.pop()
        return "overflow"

    def give_back(self, connection: str) -> None:
        self._free.append(connection)


def request(pool: ConnectionPool) -> None:
    for _ in range(60):
        pool.give_back(pool.borrow())


def drive() -> None:
    pool = ConnectionPool(2)
    threads = [threading.Thread(target=request, args=(pool,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
