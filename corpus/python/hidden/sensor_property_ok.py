"""A property that looks like a plain attribute counts its reads for each thread."""
import threading


class Sensor:
    def __init__(self) -> None:
        self._celsius = 20.5
        self._own = threading.local()

    @property
    def celsius(self) -> float:
        self._own.readings = getattr(self._own, "readings", 0) + 1
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
