"""The default factory is a Python function, which runs inside the increment."""

import threading
from collections import defaultdict


def opening_points() -> int:
    return 100


class LoyaltyAccounts:
    def __init__(self) -> None:
        self.points: defaultdict[str, int] = defaultdict(opening_points)

    def reward(self, member: str) -> None:
        self.points[member] += 5
#       ^^^^^^^^^^^^^^^^^^^^^^^^ GIL101 already-racy


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
