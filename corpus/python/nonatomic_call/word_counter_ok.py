"""Every thread counts for itself, and one lock covers what is added up."""

import threading
from collections import Counter

lock = threading.Lock()
words: Counter[str] = Counter()


def work() -> None:
    mine: Counter[str] = Counter()
    for _ in range(60):
        mine.update("to be or not to be".split())
    with lock:
        words.update(mine)


def drive() -> None:
    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
