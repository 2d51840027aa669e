"""The delays are locals of a generator, and every caller makes its own generator."""

import threading
from collections.abc import Iterator


class Backoff:
    def __init__(self, attempts: int) -> None:
        self.attempts = attempts

    def delays(self) -> Iterator[int]:
        delay, following = 1, 1
        for _ in range(self.attempts):
            yield delay
            delay, following = following, delay + following


def retry(backoff: Backoff) -> None:
    for _ in backoff.delays():
        pass


def drive() -> None:
    backoff = Backoff(60)
    threads = [threading.Thread(target=retry, args=(backoff,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
