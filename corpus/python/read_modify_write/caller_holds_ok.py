"""A private method is called with the lock held, by every one of its callers."""

import threading


class EventMeter:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._events = 0

    def _bump(self, count: int) -> None:
        self._events += count

    def record(self) -> None:
        with self._lock:
            self._bump(1)

    def record_batch(self, count: int) -> None:
        with self._lock:
            self._bump(count)

    def record_error(self) -> None:
        with self._lock:
            self._bump(1)


def emit(meter: EventMeter) -> None:
    for _ in range(60):
        meter.record()
        meter.record_batch(2)
        meter.record_error()


def drive() -> None:
    meter = EventMeter()
    threads = [threading.Thread(target=emit, args=(meter,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
