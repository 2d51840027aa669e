"""A mutable default argument is one dict for all calls, so for all threads."""
# gilcheck-corpus: assume=threaded

import threading


def count_event(name: str, seen: dict[str, int] = {}) -> int:
    seen[name] = seen.get(name, 0) + 1
#                ^^^^^^^^^^^^^^^^^ GIL101 already-racy
    return seen[name]


def listen(count: int) -> None:
    for i in range(count):
        count_event("click" if i % 2 else "scroll")


def drive() -> None:
    threads = [threading.Thread(target=listen, args=(80,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
