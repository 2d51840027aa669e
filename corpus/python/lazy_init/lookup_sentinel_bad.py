"""A sentinel marks the index as not built; the store makes a dict that others fill."""

import threading

_UNSET = object()


class Archive:
    def __init__(self) -> None:
        self._index: object = _UNSET

    def index(self) -> object:
        if self._index is _UNSET:
#          ^^^^^^^^^^^^^^^^^^^^^ GIL103 gil-masked
            self._index = {}
        return self._index


def catalogue(archive: Archive) -> None:
    for _ in range(60):
        archive.index()


def drive() -> None:
    archive = Archive()
    threads = [threading.Thread(target=catalogue, args=(archive,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
