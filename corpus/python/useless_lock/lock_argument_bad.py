"""Every thread is handed a new lock as argument; they exclude nobody."""
import threading


class Account:
    def __init__(self):
        self.balance = 0


def deposit(account, lock):
    for _ in range(60):
        with lock:
            account.balance += 1
# FN: GIL204 the lock is a different argument for each started thread


def drive():
    account = Account()
    threads = [
        threading.Thread(target=deposit, args=(account, threading.Lock()))
        for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
