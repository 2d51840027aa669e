"""A retry budget steps its delays with a tuple assignment, which looks atomic."""

import threading


class Backoff:
    def __init__(self) -> None:
        self._delay = 1
        self._following = 1

    def step(self) -> None:
        self._delay, self._following = self._following, self._delay + self._following
#       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ GIL101 gil-masked
#       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ GIL101 gil-masked


def retry(backoff: Backoff) -> None:
    for _ in range(60):
        backoff.step()


def drive() -> None:
    backoff = Backoff()
    threads = [threading.Thread(target=retry, args=(backoff,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
