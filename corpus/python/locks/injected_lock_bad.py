"""The lock comes in through the constructor, and one of two methods does not use it."""
import threading


class Purse:
    def __init__(self, lock):
        self._lock = lock
        self.coins = 100

    def earn(self):
        with self._lock:
            self.coins += 1

    def spend(self):
        self.coins -= 1
#       ^^^^^^^^^^^^^^^ GIL101 gil-masked


def trade(purse):
    for _ in range(60):
        purse.earn()
        purse.spend()


def drive():
    lock = threading.Lock()
    purse = Purse(lock)
    threads = [threading.Thread(target=trade, args=(purse,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
