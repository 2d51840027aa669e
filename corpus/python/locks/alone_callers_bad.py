"""Construction and finaliser need no lock, but one method forgets it."""

import threading


class Pool:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._size = 0
        self._grow()

    def __del__(self) -> None:
        self._shrink()

    def _grow(self) -> None:
        self._size += 1

    def _shrink(self) -> None:
        self._size -= 1
#       ^^^^^^^^^^^^^^^ GIL101 gil-masked

    def borrow(self) -> None:
        with self._lock:
            self._grow()

    def give_back(self) -> None:
        self._shrink()


pool = Pool()


def work() -> None:
    for _ in range(50):
        pool.borrow()
        pool.give_back()


def drive() -> None:
    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
