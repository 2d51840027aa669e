"""Striped locks guard one counter: two keys, two locks, no exclusion."""
import threading


class StripedMap:
    def __init__(self):
        self._locks = [threading.Lock() for _ in range(4)]
        self._values = {}
        self.writes = 0

    def set(self, number, value):
        with self._locks[number % 4]:
            self._values[number] = value
            self.writes += 1
#           ^^^^^^^^^^^^^^^^ GIL101 gil-masked low


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
