"""A worker takes its jobs with methodcaller("pop") after testing the list."""
import threading
from operator import methodcaller

take = methodcaller("pop")


class JobBoard:
    def __init__(self, jobs: list[str]) -> None:
        self._jobs = jobs

    def claim(self) -> str | None:
        if self._jobs:
# FN: GIL102 what a methodcaller calls is not looked at
# FN run: GIL102 what a methodcaller calls is not known to it
            return take(self._jobs)
        return None


def work(board: JobBoard) -> None:
    for _ in range(40):
        board.claim()


def drive() -> None:
    board = JobBoard([f"job {number}" for number in range(90)])
    threads = [threading.Thread(target=work, args=(board,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
