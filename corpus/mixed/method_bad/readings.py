"""A method by a name that no builtin container has, on a global, an attribute and a local alias."""
import threading

from meter import Meter

overall = Meter()


def count():
    for _ in range(100):
        overall.raise_by(1)
#       ^^^^^^^^^^^^^^^^ GIL107 gil-masked high


def count_more():
    here = overall
    for _ in range(100):
        here.raise_by(1)
#       ^^^^^^^^^^^^^ GIL107 gil-masked high


class Station:
    def __init__(self):
        self.meter = Meter()

    def read(self):
        for _ in range(100):
            self.meter.raise_by(2)
#           ^^^^^^^^^^^^^^^^^^^ GIL107 gil-masked high


def fill(meter):
    # FN: GIL107 a parameter is no access unless a builtin container has the method.
    for _ in range(100):
        meter.raise_by(3)


def drive():
    station = Station()
    given = Meter()
    threads = [threading.Thread(target=count) for _ in range(2)]
    threads += [threading.Thread(target=count_more) for _ in range(2)]
    threads += [threading.Thread(target=station.read) for _ in range(2)]
    threads += [threading.Thread(target=fill, args=(given,)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
