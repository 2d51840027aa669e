"""A traffic meter adds whatever it is given: the operand's type is not known."""

import threading


class TrafficMeter:
    def __init__(self) -> None:
        self.total = 0

    def add(self, amount) -> None:
        self.total += amount
#       ^^^^^^^^^^^^^^^^^^^^ GIL101 gil-masked-if-builtin


def transfer(meter, amounts) -> None:
    for amount in amounts:
        meter.add(amount)


def drive(amounts=(1, 2.5, 3)) -> None:
    meter = TrafficMeter()
    threads = [
        threading.Thread(target=transfer, args=(meter, amounts)) for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
