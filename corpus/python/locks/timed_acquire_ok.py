"""acquire(timeout=...) whose result decides whether the region runs."""
import threading


class Meter:
    def __init__(self):
        self._lock = threading.Lock()
        self.total = 0

    def add(self):
        if not self._lock.acquire(timeout=0.5):
            return False
        try:
            self.total += 1
            return True
        finally:
            self._lock.release()


def measure(meter):
    for _ in range(50):
        meter.add()


def drive():
    meter = Meter()
    threads = [threading.Thread(target=measure, args=(meter,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
