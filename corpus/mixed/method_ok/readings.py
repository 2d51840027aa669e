"""Objects of an extension type that one thread has, or that a lock protects."""
import threading

from meter import Meter

overall = Meter()
guard = threading.Lock()


def count():
    for _ in range(100):
        with guard:
            overall.raise_by(1)


class Station:
    def __init__(self):
        self.meter = Meter()
        self.lock = threading.Lock()

    def read(self):
        for _ in range(100):
            with self.lock:
                self.meter.raise_by(2)


def fill():
    meter = Meter()
    for _ in range(100):
        meter.raise_by(3)


def drive():
    station = Station()
    threads = [threading.Thread(target=count) for _ in range(2)]
    threads += [threading.Thread(target=station.read) for _ in range(2)]
    threads += [threading.Thread(target=fill) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
