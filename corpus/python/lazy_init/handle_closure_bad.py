"""A closure opens its handle on the first call and keeps it in a nonlocal."""
# gilcheck-corpus: assume=threaded

import io
import threading
from collections.abc import Callable


def make_writer() -> Callable[[bytes], int]:
    handle: io.BytesIO | None = None

    def write(block: bytes) -> int:
        nonlocal handle
        if handle is None:
#          ^^^^^^^^^^^^^^ GIL103 already-racy
            handle = io.BytesIO()
        return handle.write(block)

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
