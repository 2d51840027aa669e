"""A bound method in a local reads and writes what only this call knows."""

import threading


def tally(words: str) -> dict[str, int]:
    counts: dict[str, int] = {}
    get = counts.get
    for word in words:
        counts[word] = get(word, 0) + 1
    return counts


def work() -> None:
    tally("to be or not to be" * 10)


def drive() -> None:
    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
