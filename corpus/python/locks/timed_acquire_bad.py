"""acquire(blocking=False) whose result nobody asks for."""
import threading


class Meter:
    def __init__(self):
        self._lock = threading.Lock()
        self.total = 0

    def add(self):
        self._lock.acquire(blocking=False)
        try:
            self.total += 1
#           ^^^^^^^^^^^^^^^ GIL101 gil-masked
        finally:
            self._lock.release()


def measure(meter):
    for _ in range(50):
        try:
            meter.add()
        except RuntimeError:
            pass


def drive():
    meter = Meter()
    threads = [threading.Thread(target=measure, args=(meter,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
