"""Lazily computed from what never changes, an int: a second store is the same value."""

import threading


class Archive:
    def __init__(self, name: str) -> None:
        self.name = name
        self._checksum: int | None = None

    def checksum(self) -> int:
        if self._checksum is None:
            self._checksum = len(self.name) * 31
        return self._checksum


def catalogue(archive: Archive) -> None:
    for _ in range(60):
        archive.checksum()


def drive() -> None:
    archive = Archive("letters")
    threads = [threading.Thread(target=catalogue, args=(archive,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
