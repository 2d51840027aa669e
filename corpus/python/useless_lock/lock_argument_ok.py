"""All threads are handed the same lock as argument."""
import threading


class Account:
    def __init__(self):
        self.balance = 0


def deposit(account, lock):
    for _ in range(60):
        with lock:
            account.balance += 1


def drive():
    account = Account()
    lock = threading.Lock()
    threads = [threading.Thread(target=deposit, args=(account, lock)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
