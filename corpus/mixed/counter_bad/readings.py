"""Three kinds of sharing of an object of an extension type: a global, an attribute, an argument."""
import threading

from meter import Meter

overall = Meter()


def count():
    for _ in range(100):
        overall.add(1)
#       ^^^^^^^^^^^ GIL107 gil-masked


class Station:
    def __init__(self):
        self.meter = Meter()

    def read(self):
        for _ in range(100):
            self.meter.add(2)
#           ^^^^^^^^^^^^^^ GIL107 gil-masked


def fill(meter):
    for _ in range(100):
        meter.add(3)
#       ^^^^^^^^^ GIL107 gil-masked


def drive():
    station = Station()
    given = Meter()
    threads = [threading.Thread(target=count) for _ in range(2)]
    threads += [threading.Thread(target=station.read) for _ in range(2)]
    threads += [threading.Thread(target=fill, args=(given,)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
