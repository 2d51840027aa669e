"""A list that may be switched off: the test asks only whether there is one."""

import threading

_pending: "list[int] | None" = list(range(200))


def sweep() -> None:
    if _pending is None:
        return
    for number in _pending[:]:
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
