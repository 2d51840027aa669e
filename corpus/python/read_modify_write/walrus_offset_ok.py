"""The offset lives in a threading.local: every thread counts in its own."""
# gilcheck-corpus: assume=threaded

import threading

_context = threading.local()


def begin() -> None:
    _context.offset = 0


def append(record: bytes) -> int:
    _context.offset = (offset := _context.offset) + 1
    return offset


def produce() -> None:
    begin()
    for _ in range(80):
        append(b"record")


def drive() -> None:
    threads = [threading.Thread(target=produce) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
