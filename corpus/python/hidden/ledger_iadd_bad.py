"""A ledger folds amounts into its balance with an operator from a table."""
import operator
import threading

FOLD = {"in": operator.iadd, "out": operator.isub}


class Ledger:
    def __init__(self) -> None:
        self.balance = 0

    def post(self, direction: str, amount: int) -> None:
        self.balance = FOLD[direction](self.balance, amount)
#                                      ^^^^^^^^^^^^ GIL101 already-racy


def book(ledger: Ledger) -> None:
    for number in range(60):
        ledger.post("in" if number % 2 else "out", number)


def drive() -> None:
    ledger = Ledger()
    threads = [threading.Thread(target=book, args=(ledger,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
