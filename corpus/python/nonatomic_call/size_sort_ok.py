"""list.sort() in place with writers and readers under the same lock."""
import threading


class SizeTracker:
    def __init__(self):
        self._lock = threading.Lock()
        self._sizes = []

    def record(self, payload):
        with self._lock:
            self._sizes.append(len(payload))

    def reorder(self):
        with self._lock:
            self._sizes.sort()

    def largest(self):
        with self._lock:
            return self._sizes[-3:]


def send(tracker):
    for size in range(60):
        tracker.record("x" * (size % 7))


def tidy(tracker):
    for _ in range(20):
        tracker.reorder()
        tracker.largest()


def drive():
    tracker = SizeTracker()
    threads = [
        threading.Thread(target=send, args=(tracker,)),
        threading.Thread(target=tidy, args=(tracker,)),
        threading.Thread(target=tidy, args=(tracker,)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
