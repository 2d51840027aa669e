"""A log hands out offsets with a walrus: bind the old value, store the next."""

import threading


class CommitLog:
    def __init__(self) -> None:
        self._offset = 0

    def append(self, record: bytes) -> int:
        self._offset = (offset := self._offset) + 1
#                                 ^^^^^^^^^^^^ GIL101 gil-masked
        return offset


def produce(log: CommitLog) -> None:
    for _ in range(80):
        log.append(b"record")


def drive() -> None:
    log = CommitLog()
    threads = [threading.Thread(target=produce, args=(log,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
