"""Getter and setter take a re-entrant lock, and so does the increment around both."""

import threading


class Mixer:
    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._volume = 0

    @property
    def volume(self) -> int:
        with self._lock:
            return self._volume

    @volume.setter
    def volume(self, value: int) -> None:
        with self._lock:
            self._volume = value

    def louder(self) -> None:
        with self._lock:
            self.volume += 1


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
