"""A context manager method yields with the lock held around the caller's block."""

import contextlib
import threading
from collections.abc import Iterator


class Ledger:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.balance = 0

    @contextlib.contextmanager
    def exclusive(self) -> Iterator[None]:
        with self._lock:
            yield

    def deposit(self, amount: int) -> int:
        with self.exclusive():
            before = self.balance
            self.balance = before + amount
        return before

    def close_year(self) -> None:
        with self._lock:
            self.balance = 0


def teller(ledger: Ledger) -> None:
    for _ in range(60):
        ledger.deposit(5)
    ledger.close_year()


def drive() -> None:
    ledger = Ledger()
    threads = [threading.Thread(target=teller, args=(ledger,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
