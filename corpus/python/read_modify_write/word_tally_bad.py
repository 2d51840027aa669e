"""Threads tally words into one dict: get, add, store."""

import threading

LINES = ("to be or not to be", "that is the question", "to do is to be")


def tally(counts: dict[str, int]) -> None:
    for line in LINES:
        for word in line.split():
            counts[word] = counts.get(word, 0) + 1
#                          ^^^^^^^^^^^^^^^^^^^ GIL101 already-racy high


def drive() -> dict[str, int]:
    counts: dict[str, int] = {}
    threads = [threading.Thread(target=tally, args=(counts,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return counts
