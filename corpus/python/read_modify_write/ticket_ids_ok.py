"""The number comes from itertools.count: one next() call is one step."""
# gilcheck-corpus: assume=threaded

import itertools
import threading

_tickets = itertools.count(101)


def new_ticket() -> str:
    number = next(_tickets)
    return f"TCK-{number}"


def open_many(count: int) -> None:
    for _ in range(count):
        new_ticket()


def drive() -> None:
    threads = [threading.Thread(target=open_many, args=(100,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
