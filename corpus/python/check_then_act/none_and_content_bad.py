"""A list that may be empty: the test asks for an item, another thread takes it."""

import threading

_pending: "list[int]" = list(range(200))


def sweep() -> None:
    while _pending:
#         ^^^^^^^^ GIL102 already-racy
        number = _pending[0]
        try:
            _pending.remove(number)
        except ValueError:
            pass


def drive() -> None:
    threads = [threading.Thread(target=sweep) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
