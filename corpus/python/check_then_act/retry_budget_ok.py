"""A semaphore is the balance: a spender acquires a permit and never gives it back."""
# gilcheck-corpus: assume=threaded

import threading


class RetryBudget:
    def __init__(self, balance: int) -> None:
        self._permits = threading.Semaphore(balance)

    def spend(self) -> bool:
        if self._permits.acquire(blocking=False):
            return True
        return False


budget = RetryBudget(50)


def send_with_retries(count: int) -> None:
    for _ in range(count):
        budget.spend()


def drive() -> None:
    threads = [threading.Thread(target=send_with_retries, args=(40,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
