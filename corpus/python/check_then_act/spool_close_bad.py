"""close() may run twice: the flag is tested first and set after the flush."""

import io
import threading


class Spool:
    def __init__(self) -> None:
        self._stream = io.BytesIO()
        self.closed = False

    def write(self, block: bytes) -> None:
        self._stream.write(block)

    def close(self) -> None:
        if self.closed:
#          ^^^^^^^^^^^ GIL102 already-racy
            return
        self._stream.flush()
        self.closed = True


def drive() -> None:
    spool = Spool()
    spool.write(b"last words")
    threads = [threading.Thread(target=spool.close) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
