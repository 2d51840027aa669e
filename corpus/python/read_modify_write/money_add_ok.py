"""A re-entrant lock is held by the caller and taken again by the callee."""

import threading


class Money:
    def __init__(self, cents: int) -> None:
        self.cents = cents

    def __add__(self, other: "Money") -> "Money":
        return Money(self.cents + other.cents)


class Till:
    def __init__(self) -> None:
        self._lock = threading.RLock()
        self.balance = Money(0)

    def pay_in(self, amount: Money) -> None:
        with self._lock:
            self.balance += amount

    def pay_in_twice(self, amount: Money) -> None:
        with self._lock:
            self.pay_in(amount)
            self.pay_in(amount)


def customers(till: Till) -> None:
    for cents in range(60):
        till.pay_in(Money(cents))
        till.pay_in_twice(Money(cents))


def drive() -> None:
    till = Till()
    threads = [threading.Thread(target=customers, args=(till,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
