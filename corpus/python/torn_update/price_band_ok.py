"""Both ends are one tuple in one attribute: a store replaces both, a read gets both."""

import threading


class PriceBand:
    def __init__(self) -> None:
        self.ends = (0, 10)

    def move(self, low: int) -> None:
        self.ends = (low, low + 10)

    def width(self) -> int:
        low, high = self.ends
        return high - low


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
