"""A property that looks like a plain attribute counts how often it is read."""
import threading


class Sensor:
    def __init__(self) -> None:
        self._celsius = 20.5
        self.readings = 0

    @property
    def celsius(self) -> float:
        self.readings += 1
#       ^^^^^^^^^^^^^^^^^^ GIL101 gil-masked
        return self._celsius


def sample(sensor: Sensor) -> None:
    highest = 0.0
    for _ in range(60):
        highest = max(highest, sensor.celsius)


def drive() -> None:
    sensor = Sensor()
    threads = [threading.Thread(target=sample, args=(sensor,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
