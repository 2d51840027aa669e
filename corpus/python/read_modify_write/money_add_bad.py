"""The operands have an __add__ written in Python, which runs inside the update."""

import threading


class Money:
    def __init__(self, cents: int) -> None:
        self.cents = cents

    def __add__(self, other: "Money") -> "Money":
        return Money(self.cents + other.cents)


class Till:
    def __init__(self) -> None:
        self.balance = Money(0)

    def pay_in(self, amount: Money) -> None:
        self.balance += amount
#       ^^^^^^^^^^^^^^^^^^^^^^ GIL101 already-racy


def customers(till: Till) -> None:
    for cents in range(60):
        till.pay_in(Money(cents))


def drive() -> None:
    till = Till()
    threads = [threading.Thread(target=customers, args=(till,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
