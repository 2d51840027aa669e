"""A meter is advanced by setattr() and getattr(), both under its lock."""
import threading


class TransferMeter:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.received = 0

    def account(self, size: int) -> None:
        with self._lock:
            setattr(self, "received", getattr(self, "received") + size)


def receive(meter: TransferMeter) -> None:
    for _ in range(60):
        meter.account(512)


def drive() -> None:
    meter = TransferMeter()
    threads = [threading.Thread(target=receive, args=(meter,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
