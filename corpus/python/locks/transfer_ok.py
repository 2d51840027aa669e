"""All accounts share one class lock, and a transfer holds it over both changes."""
import threading


class Account:
    _lock = threading.Lock()

    def __init__(self, balance):
        self.balance = balance

    def deposit(self, amount):
        with self._lock:
            self.balance += amount

    def transfer(self, other, amount):
        with other._lock:
            self.balance -= amount
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
