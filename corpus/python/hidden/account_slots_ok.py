"""An account without a __dict__: its balance and its lock lie in slots."""
import threading


class Account:
    __slots__ = ("owner", "balance", "_lock")

    def __init__(self, owner: str) -> None:
        self.owner = owner
        self.balance = 100
        self._lock = threading.Lock()

    def withdraw(self, amount: int) -> bool:
        with self._lock:
            if self.balance < amount:
                return False
            self.balance -= amount
            return True


def spend(account: Account) -> None:
    for _ in range(40):
        account.withdraw(1)


def drive() -> None:
    account = Account("ann")
    threads = [threading.Thread(target=spend, args=(account,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
