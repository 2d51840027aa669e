"""Workers drain a deque in a while loop: the loop jumps back between test and pop."""

import threading
from collections import deque


class JobBoard:
    def __init__(self, jobs: int) -> None:
        self._jobs: deque[int] = deque(range(jobs))
        self.done: list[int] = []

    def drain(self) -> None:
        while self._jobs:
#             ^^^^^^^^^^ GIL102 already-racy
            job = self._jobs.popleft()
            self.done.append(job)


def drive() -> None:
    board = JobBoard(200)
    threads = [threading.Thread(target=board.drain) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
