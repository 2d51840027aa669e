"""A method that takes the lock is paired with one that gives it back too early."""
import threading


class Guarded:
    def __init__(self):
        self._mutex = threading.Lock()

    def _enter(self):
        self._mutex.acquire()

    def _leave(self):
        self._mutex.release()


class Account(Guarded):
    def __init__(self):
        super().__init__()
        self.balance = 300

    def withdraw(self, amount):
        self._enter()
        enough = self.balance >= amount
#                ^^^^^^^^^^^^ GIL102 already-racy
        self._leave()
        if enough:
            self.balance -= amount
        return enough


def spend(account):
    for _ in range(60):
        account.withdraw(1)


def drive():
    account = Account()
    threads = [threading.Thread(target=spend, args=(account,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
