"""A tank's level is read with an attrgetter and stored, in one section."""
import threading
from operator import attrgetter

level_of = attrgetter("level")


class Tank:
    def __init__(self) -> None:
        self._valve = threading.Lock()
        self.level = 0.0

    def fill(self, litres: float) -> None:
        with self._valve:
            self.level = level_of(self) + litres


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
