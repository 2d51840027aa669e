"""The wait has a time limit: the thread may still run when the next call comes."""
import threading


class Ledger:
    def __init__(self):
        self.total = 0

    def add(self, amount):
        for _ in range(50):
            self.total += amount
#           ^^^^^^^^^^^^^^^^^^^^ GIL101 gil-masked-if-builtin

    def add_elsewhere(self, amount):
        def runner():
            self.add(amount)

        thread = threading.Thread(target=runner)
        thread.start()
        thread.join(0.0001)


def drive():
    ledger = Ledger()
    ledger.add_elsewhere(1)
    ledger.add(2)
    ledger.add_elsewhere(3)
    return ledger.total
