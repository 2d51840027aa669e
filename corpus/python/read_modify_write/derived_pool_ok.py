"""The derived class takes the lock that its base class made."""

import threading


class Pool:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.active = 0

    def release(self) -> None:
        with self._lock:
            self.active -= 1

    def acquire(self) -> None:
        with self._lock:
            self.active += 1


class PriorityPool(Pool):
    def acquire_first(self) -> None:
        with self._lock:
            self.active += 1


def borrow(pool: PriorityPool) -> None:
    for _ in range(60):
        pool.acquire_first()
        pool.release()
        pool.acquire()
        pool.release()


def drive() -> None:
    pool = PriorityPool()
    threads = [threading.Thread(target=borrow, args=(pool,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
