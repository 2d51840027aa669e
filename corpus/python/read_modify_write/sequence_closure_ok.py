"""The closure captures a lock too, taken by acquire and released in finally."""
# gilcheck-corpus: assume=threaded

import threading
from collections.abc import Callable


def make_sequence(prefix: str) -> Callable[[], str]:
    last = 0
    lock = threading.Lock()

    def advance() -> str:
        nonlocal last
        lock.acquire()
        try:
            last = last + 1
            return f"{prefix}-{last}"
        finally:
            lock.release()

    return advance


next_message_id = make_sequence("msg")


def publish(count: int) -> None:
    for _ in range(count):
        next_message_id()


def drive() -> None:
    threads = [threading.Thread(target=publish, args=(100,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
