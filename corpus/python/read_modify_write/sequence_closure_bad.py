"""A closure numbers messages with a nonlocal counter."""
# gilcheck-corpus: assume=threaded

import threading
from collections.abc import Callable


def make_sequence(prefix: str) -> Callable[[], str]:
    last = 0

    def advance() -> str:
        nonlocal last
        last = last + 1
#              ^^^^ GIL101 gil-masked
        return f"{prefix}-{last}"

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
