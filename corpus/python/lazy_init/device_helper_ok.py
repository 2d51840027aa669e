"""The helper takes the lock and looks again before it makes the device."""

import threading


class Device:
    def __init__(self, path: str) -> None:
        self.path = path
        self.readings: list[int] = []


class Sensor:
    def __init__(self, path: str) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._device: Device | None = None

    def _open(self) -> None:
        with self._lock:
            if self._device is None:
                self._device = Device(self.path)

    @property
    def device(self) -> Device | None:
        if self._device is None:
            self._open()
        return self._device


def poll(sensor: Sensor) -> None:
    for _ in range(40):
        sensor.device


def drive() -> None:
    sensor = Sensor("usb0")
    threads = [threading.Thread(target=poll, args=(sensor,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
