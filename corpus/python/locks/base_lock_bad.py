"""The base class guards its total; a method of the subclass forgets the lock."""
import threading


class Ledger:
    def __init__(self):
        self._lock = threading.Lock()
        self._total = 0

    def add(self, amount):
        with self._lock:
            self._total += amount


class BulkLedger(Ledger):
    def add_many(self, amounts):
        self._total += sum(amounts)
#       ^^^^^^^^^^^^^^^^^^^^^^^^^^^ GIL101 already-racy


def post(ledger):
    for number in range(50):
        ledger.add(number)
        ledger.add_many([number, number])


def drive():
    ledger = BulkLedger()
    threads = [threading.Thread(target=post, args=(ledger,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
