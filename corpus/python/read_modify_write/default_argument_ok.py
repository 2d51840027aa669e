"""The default is None and each call without an argument makes a dict of its own."""
# gilcheck-corpus: assume=threaded

import threading


def count_events(
    names: list[str], seen: dict[str, int] | None = None
) -> dict[str, int]:
    if seen is None:
        seen = {}
    for name in names:
        seen[name] = seen.get(name, 0) + 1
    return seen


def listen(count: int) -> None:
    for _ in range(count):
        count_events(["click", "scroll", "click"])


def drive() -> None:
    threads = [threading.Thread(target=listen, args=(30,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
