"""The log is opened by the outer function; the closure finds it there."""
# gilcheck-corpus: assume=threaded

import collections
import threading
from collections.abc import Callable


def make_writer(log: collections.deque[bytes] | None = None) -> Callable[[bytes], int]:
    if log is None:
        log = collections.deque()

    def write(block: bytes) -> int:
        log.append(block)
        return len(block)

    return write


write_audit = make_writer()


def audit(count: int) -> None:
    for _ in range(count):
        write_audit(b"entry")


def drive() -> None:
    threads = [threading.Thread(target=audit, args=(40,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
