"""The stripe locks cover single stores; the counter has a lock, used by an alias."""
import threading


class StripedMap:
    def __init__(self):
        self._locks = [threading.Lock() for _ in range(4)]
        self._count_lock = threading.Lock()
        self._values = {}
        self.writes = 0

    def set(self, number, value):
        stripe = self._locks[number % 4]
        with stripe:
            self._values[number] = value
        lock = self._count_lock
        with lock:
            self.writes += 1


def write(striped, start):
    for number in range(start, start + 60):
        striped.set(number, "value")


def drive():
    striped = StripedMap()
    threads = [
        threading.Thread(target=write, args=(striped, start))
        for start in (0, 1, 2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
