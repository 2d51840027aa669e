"""A worker takes its jobs with methodcaller("pop") and tests under its lock."""
import threading
from operator import methodcaller

take = methodcaller("pop")


class JobBoard:
    def __init__(self, jobs: list[str]) -> None:
        self._jobs = jobs
        self._lock = threading.Lock()

    def claim(self) -> str | None:
        with self._lock:
            if self._jobs:
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
