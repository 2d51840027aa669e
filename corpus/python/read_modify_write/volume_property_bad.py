"""The incremented attribute is a property: getter and setter are Python calls."""

import threading


class Mixer:
    def __init__(self) -> None:
        self._volume = 0

    @property
    def volume(self) -> int:
        return self._volume

    @volume.setter
    def volume(self, value: int) -> None:
        self._volume = value

    def louder(self) -> None:
        self.volume += 1
#       ^^^^^^^^^^^^^^^^ GIL101 already-racy


def turn_up(mixer: Mixer) -> None:
    for _ in range(60):
        mixer.louder()


def drive() -> None:
    mixer = Mixer()
    threads = [threading.Thread(target=turn_up, args=(mixer,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
