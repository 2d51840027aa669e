"""The loop has no guard; an empty deque ends it by its IndexError."""

import threading
from collections import deque


class JobBoard:
    def __init__(self, jobs: int) -> None:
        self._jobs: deque[int] = deque(range(jobs))
        self.done: list[int] = []

    def drain(self) -> None:
        while True:
            try:
                job = self._jobs.popleft()
            except IndexError:
                return
            self.done.append(job)


def drive() -> None:
    board = JobBoard(200)
    threads = [threading.Thread(target=board.drain) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
