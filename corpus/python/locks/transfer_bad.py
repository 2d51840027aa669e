"""A transfer holds the other account's lock while it changes this account."""
import threading


class Account:
    def __init__(self, balance):
        self._lock = threading.Lock()
        self.balance = balance

    def deposit(self, amount):
        with self._lock:
            self.balance += amount

    def transfer(self, other, amount):
        with other._lock:
            self.balance -= amount
#           ^^^^^^^^^^^^^^^^^^^^^^ GIL101 gil-masked-if-builtin
            other.balance += amount


def move(source, target):
    for _ in range(50):
        source.transfer(target, 1)
        target.deposit(2)


def drive():
    first, second = Account(100), Account(100)
    threads = [
        threading.Thread(target=move, args=(first, second)),
        threading.Thread(target=move, args=(second, first)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
