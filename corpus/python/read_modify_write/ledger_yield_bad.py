"""A generator reads the balance, yields, and then stores from what it read."""

import threading
from collections.abc import Iterator


class Ledger:
    def __init__(self) -> None:
        self.balance = 0

    def deposits(self, amounts: list[int]) -> Iterator[int]:
        for amount in amounts:
            before = self.balance
#                    ^^^^^^^^^^^^ GIL101 already-racy
            yield before
            self.balance = before + amount


def teller(ledger: Ledger) -> None:
    for _ in ledger.deposits([5] * 60):
        pass


def drive() -> None:
    ledger = Ledger()
    threads = [threading.Thread(target=teller, args=(ledger,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
