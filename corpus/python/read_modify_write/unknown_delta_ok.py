"""A Condition built on a lock is that lock: one method takes one, one the other."""

import threading


class TrafficMeter:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._changed = threading.Condition(self._lock)
        self.total = 0

    def add(self, amount) -> None:
        with self._changed:
            self.total += amount
            self._changed.notify_all()

    def refund(self, amount) -> None:
        with self._lock:
            self.total -= amount


def transfer(meter, amounts) -> None:
    for amount in amounts:
        meter.add(amount)
        meter.refund(amount)


def drive(amounts=(1, 2.5, 3)) -> None:
    meter = TrafficMeter()
    threads = [
        threading.Thread(target=transfer, args=(meter, amounts)) for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
