"""Each thread fills an array.array of its own; they are added after the join."""
import threading
from array import array


class Histogram:
    def __init__(self, bins: int) -> None:
        self._bins = array("L", [0] * bins)

    def observe(self, milliseconds: int) -> None:
        self._bins[milliseconds // 10] += 1

    def add(self, other: "Histogram") -> None:
        for position, count in enumerate(other._bins):
            self._bins[position] += count


def measure(histogram: Histogram) -> None:
    for number in range(80):
        histogram.observe(number)


def drive() -> None:
    parts = [Histogram(8) for _ in range(3)]
    threads = [threading.Thread(target=measure, args=(part,)) for part in parts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    total = Histogram(8)
    for part in parts:
        total.add(part)
