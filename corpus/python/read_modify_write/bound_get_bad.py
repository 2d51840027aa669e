"""The read goes through a bound method in a local, as loops that shall be fast have it."""

import threading

counts: dict[str, int] = {}


def tally(words: str) -> None:
    get = counts.get
    for word in words:
        counts[word] = get(word, 0) + 1
#                      ^^^^^^^^^^^^ GIL101 already-racy high


def work() -> None:
    tally("to be or not to be" * 10)


def drive() -> None:
    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
