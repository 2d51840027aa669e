"""A meter is advanced by setattr() and getattr() with constant names."""
import threading


class TransferMeter:
    def __init__(self) -> None:
        self.received = 0

    def account(self, size: int) -> None:
        setattr(self, "received", getattr(self, "received") + size)
#                                 ^^^^^^^^^^^^^^^^^^^^^^^^^ GIL101 already-racy


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
