"""A closure opens its log on the first call and keeps it in a nonlocal."""
# gilcheck-corpus: assume=threaded

import collections
import threading
from collections.abc import Callable


def make_writer() -> Callable[[bytes], int]:
    log: collections.deque[bytes] | None = None

    def write(block: bytes) -> int:
        nonlocal log
        if log is None:
#          ^^^^^^^^^^^ GIL103 already-racy
            log = collections.deque()
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
