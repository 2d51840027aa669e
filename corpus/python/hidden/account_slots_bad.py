"""An account without a __dict__: its balance lies in a slot."""
import threading


class Account:
    __slots__ = ("owner", "balance")

    def __init__(self, owner: str) -> None:
        self.owner = owner
        self.balance = 100

    def withdraw(self, amount: int) -> bool:
        if self.balance < amount:
#          ^^^^^^^^^^^^ GIL102 gil-masked
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
