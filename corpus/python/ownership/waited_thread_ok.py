"""Each call starts a thread and waits for it at once: they never overlap."""
import threading


class Ledger:
    def __init__(self):
        self.total = 0

    def add(self, amount):
        self.total += amount

    def add_elsewhere(self, amount):
        failure = []

        def runner():
            try:
                self.add(amount)
            except ValueError as error:
                failure.append(error)

        thread = threading.Thread(target=runner)
        thread.start()
        thread.join()
        if failure:
            raise failure[0]


def drive():
    ledger = Ledger()
    ledger.add_elsewhere(1)
    ledger.add(2)
    ledger.add_elsewhere(3)
    return ledger.total
