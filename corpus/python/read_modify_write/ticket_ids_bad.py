"""A library hands out ticket numbers from a module global."""
# gilcheck-corpus: assume=threaded

import threading

_last_ticket = 100


def new_ticket() -> str:
    global _last_ticket
    _last_ticket += 1
#   ^^^^^^^^^^^^^^^^^ GIL101 gil-masked high
    return f"TCK-{_last_ticket}"


def open_many(count: int) -> None:
    for _ in range(count):
        new_ticket()


def drive() -> None:
    threads = [threading.Thread(target=open_many, args=(100,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
