"""A price band has two ends, stored one after the other and subtracted by readers."""

import threading


class PriceBand:
    def __init__(self) -> None:
        self.low = 0
        self.high = 10

    def move(self, low: int) -> None:
        self.low = low
#       ^^^^^^^^^^^^^^ GIL104 gil-masked
        self.high = low + 10

    def width(self) -> int:
        return self.high - self.low


def market(band: PriceBand) -> None:
    for low in range(80):
        band.move(low)


def watch(band: PriceBand) -> None:
    for _ in range(80):
        band.width()


def drive() -> None:
    band = PriceBand()
    threads = [
        threading.Thread(target=market, args=(band,)),
        threading.Thread(target=watch, args=(band,)),
        threading.Thread(target=watch, args=(band,)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
