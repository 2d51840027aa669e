"""acquire and release of the lock are called through locals."""

import threading


class Meter:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._other = threading.Lock()
        self.total = 0

    def safe(self) -> None:
        with self._lock:
            self.total += 1

    def add(self) -> None:
        acquire = self._lock.acquire
        release = self._lock.release
        acquire()
        try:
            self.total += 1
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
