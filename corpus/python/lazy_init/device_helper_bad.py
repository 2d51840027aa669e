"""The property tests for the device; the helper it calls makes and stores one."""

import threading


class Device:
    def __init__(self, path: str) -> None:
        self.path = path
        self.readings: list[int] = []


class Sensor:
    def __init__(self, path: str) -> None:
        self.path = path
        self._device: Device | None = None

    def _open(self) -> None:
        self._device = Device(self.path)

    @property
    def device(self) -> Device | None:
        if self._device is None:
# FN: GIL103 the test and the store are in different functions
# FN run: GIL103 the test and the store are in two functions
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
