"""An object of an extension type whose attribute, operator and comparison are used by threads."""
import threading
from os.path import *
from gauge import *

tank = Gauge()


class Boiler:
    def __init__(self):
        self.gauge = Gauge()

    def heat(self):
        for _ in range(100):
            self.gauge << 1
#           ^^^^^^^^^^ GIL107 gil-masked


def feed():
    for _ in range(100):
        tank << 1
#       ^^^^ GIL107 gil-masked


def drain():
    tank.level = 0
#   ^^^^^^^^^^ GIL107 gil-masked


def show():
    print(tank.level)
#         ^^^^^^^^^^ GIL107 gil-masked


def watch():
    while tank < 500:
#         ^^^^ GIL107 gil-masked
        pass


def run():
    boiler = Boiler()
    threads = [threading.Thread(target=feed) for _ in range(2)]
    threads += [threading.Thread(target=boiler.heat) for _ in range(2)]
    threads += [threading.Thread(target=drain), threading.Thread(target=show)]
    threads += [threading.Thread(target=watch)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
