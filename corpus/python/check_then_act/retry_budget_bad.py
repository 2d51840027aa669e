"""A retry budget spends when the balance allows: the test and the -= are one region."""
# gilcheck-corpus: assume=threaded

import threading


class RetryBudget:
    def __init__(self, balance: int) -> None:
        self.balance = balance

    def spend(self, cost: int) -> bool:
        if self.balance >= cost:
#          ^^^^^^^^^^^^^^^^^^^^ GIL102 gil-masked
            self.balance -= cost
            return True
        return False


budget = RetryBudget(100)


def send_with_retries(count: int) -> None:
    for _ in range(count):
        budget.spend(2)


def drive() -> None:
    threads = [threading.Thread(target=send_with_retries, args=(40,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
