"""The ExitStack which entered the lock stays open over the read and the write."""
import contextlib
import threading


class WordCount:
    def __init__(self):
        self._lock = threading.Lock()
        self._counts = {}

    def add(self, word):
        with contextlib.ExitStack() as stack:
            stack.enter_context(self._lock)
            seen = self._counts.get(word, 0)
            self._counts[word] = seen + 1


def count(counts, text):
    for word in text.split():
        counts.add(word)


def drive():
    counts = WordCount()
    text = "to be or not to be " * 20
    threads = [threading.Thread(target=count, args=(counts, text)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
