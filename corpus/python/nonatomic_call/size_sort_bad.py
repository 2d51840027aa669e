"""list.sort() in place: without the GIL, readers see an empty list meanwhile."""
import threading


class SizeTracker:
    def __init__(self):
        self._sizes = []

    def record(self, payload):
        self._sizes.append(len(payload))

    def reorder(self):
        self._sizes.sort()
#       ^^^^^^^^^^^^^^^^^^ GIL107 gil-masked

    def largest(self):
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
