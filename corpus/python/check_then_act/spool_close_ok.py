"""The flag is tested and set in one critical section; the flush comes after it."""

import io
import threading


class Spool:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._stream = io.BytesIO()
        self.closed = False

    def write(self, block: bytes) -> None:
        self._stream.write(block)

    def close(self) -> None:
        with self._lock:
            if self.closed:
                return
            self.closed = True
        self._stream.flush()


def drive() -> None:
    spool = Spool()
    spool.write(b"last words")
    threads = [threading.Thread(target=spool.close) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
