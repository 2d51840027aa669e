"""A tank's level is read with an attrgetter and stored as an attribute."""
import threading
from operator import attrgetter

level_of = attrgetter("level")


class Tank:
    def __init__(self) -> None:
        self.level = 0.0

    def fill(self, litres: float) -> None:
        self.level = level_of(self) + litres
# FN: GIL101 what an attrgetter reads is not looked at
# FN run: GIL101 what an attrgetter reads is not known to it


def pump(tank: Tank) -> None:
    for _ in range(60):
        tank.fill(0.5)


def drive() -> None:
    tank = Tank()
    threads = [threading.Thread(target=pump, args=(tank,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
