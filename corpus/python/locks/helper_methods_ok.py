"""A base class has methods that take and give back its lock; a subclass uses them."""
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
        if self.balance < amount:
            self._leave()
            return False
        self.balance -= amount
        self._leave()
        return True


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
