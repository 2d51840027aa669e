"""A purse is two closures over one balance: no object, no attribute."""
import threading
from collections.abc import Callable


def open_purse(balance: int) -> tuple[Callable[[int], bool], Callable[[int], None]]:
    def spend(amount: int) -> bool:
        nonlocal balance
        if balance >= amount:
#          ^^^^^^^ GIL102 gil-masked
            balance -= amount
            return True
        return False

    def earn(amount: int) -> None:
        nonlocal balance
        balance += amount
#       ^^^^^^^^^^^^^^^^^ GIL101 gil-masked

    return spend, earn


def shop(spend: Callable[[int], bool], earn: Callable[[int], None]) -> None:
    for _ in range(60):
        if spend(3):
            earn(1)


def drive() -> None:
    spend, earn = open_purse(1000)
    threads = [threading.Thread(target=shop, args=(spend, earn)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
