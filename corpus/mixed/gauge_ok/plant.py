"""Attributes, operators and comparisons of objects that a lock protects or one thread has."""
import threading
from os.path import *
from gauge import *

tank = Gauge()
guard = threading.Lock()


class Boiler:
    def __init__(self):
        self.gauge = Gauge()
        self.lock = threading.Lock()

    def heat(self):
        for _ in range(100):
            with self.lock:
                self.gauge << 1


def feed():
    for _ in range(100):
        with guard:
            tank << 1


def drain():
    with guard:
        tank.level = 0


def show():
    with guard:
        print(tank.level)


def watch():
    full = False
    while not full:
        with guard:
            full = tank > 500


def own():
    gauge = Gauge()
    gauge << 1
    gauge.level = 2
    print(gauge.level, gauge == 2)


def run():
    boiler = Boiler()
    threads = [threading.Thread(target=feed) for _ in range(2)]
    threads += [threading.Thread(target=boiler.heat) for _ in range(2)]
    threads += [threading.Thread(target=drain), threading.Thread(target=show)]
    threads += [threading.Thread(target=watch), threading.Thread(target=own)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
