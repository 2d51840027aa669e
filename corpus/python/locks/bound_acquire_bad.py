"""acquire and release are called through locals, on a lock that does not guard this."""

import threading


class Meter:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._other = threading.Lock()
        self.total = 0

    def safe(self) -> None:
        with self._lock:
            self.total += 1
#           ^^^^^^^^^^^^^^^ GIL101 gil-masked high

    def add(self) -> None:
        acquire = self._other.acquire
        release = self._other.release
        acquire()
        try:
            self.total += 1
#           ^^^^^^^^^^^^^^^ GIL101 gil-masked high
        finally:
            release()


meter = Meter()


def work() -> None:
    for _ in range(60):
        meter.add()
        meter.safe()


def drive() -> None:
    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
