"""The subclass guards the inherited total with the lock that the base class made."""
import threading


class Ledger:
    def __init__(self):
        self._lock = threading.Lock()
        self._total = 0

    def add(self, amount):
        with self._lock:
            self._total += amount


class BulkLedger(Ledger):
    def __init__(self, name):
        super().__init__()
        self.name = name

    def add_many(self, amounts):
        with self._lock:
            self._total += sum(amounts)


def post(ledger):
    for number in range(50):
        ledger.add(number)
        ledger.add_many([number, number])


def drive():
    ledger = BulkLedger("main")
    threads = [threading.Thread(target=post, args=(ledger,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
