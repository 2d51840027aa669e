"""A class that says it is not thread-safe; each thread has an object of its own."""
import threading


class HitCounter:
    """Counts hits.

    The counter is **not** thread-safe: see ``hits_threadsafe`` for that. Objects
    should not be shared between threads, though a thread-safe queue may carry them.
    """

    def __init__(self):
        self.lock = threading.Lock()
        self.hits = 0
        self.resets = 0

    def record(self):
        self.hits += 1

    def reset(self):
        with self.lock:
            self.resets += 1


def count():
    counter = HitCounter()
    for _ in range(60):
        counter.record()
    counter.reset()


def drive():
    threads = [threading.Thread(target=count) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
