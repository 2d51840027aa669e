"""A semaphore of one permit is a lock: it covers the factory and the increment."""

import threading
from collections import defaultdict


def opening_points() -> int:
    return 100


class LoyaltyAccounts:
    def __init__(self) -> None:
        self._permit = threading.Semaphore(1)
        self.points: defaultdict[str, int] = defaultdict(opening_points)

    def reward(self, member: str) -> None:
        with self._permit:
            self.points[member] += 5


def shop(accounts: LoyaltyAccounts) -> None:
    for i in range(60):
        accounts.reward(f"member{i}")


def drive() -> None:
    accounts = LoyaltyAccounts()
    threads = [threading.Thread(target=shop, args=(accounts,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
