"""Each thread tallies into a dict of its own and hands it over through a queue."""

import queue
import threading

LINES = ("to be or not to be", "that is the question", "to do is to be")


def tally(done: "queue.Queue[dict[str, int]]") -> None:
    counts: dict[str, int] = {}
    for line in LINES:
        for word in line.split():
            counts[word] = counts.get(word, 0) + 1
    done.put(counts)


def drive() -> dict[str, int]:
    done: "queue.Queue[dict[str, int]]" = queue.Queue()
    threads = [threading.Thread(target=tally, args=(done,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    merged: dict[str, int] = {}
    for _ in threads:
        for word, count in done.get().items():
            merged[word] = merged.get(word, 0) + count
    return merged
