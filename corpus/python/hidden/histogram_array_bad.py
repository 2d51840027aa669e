"""The bins of a latency histogram are the elements of an array.array."""
import threading
from array import array


class Histogram:
    def __init__(self, bins: int) -> None:
        self._bins = array("L", [0] * bins)

    def observe(self, milliseconds: int) -> None:
        self._bins[milliseconds // 10] += 1
#       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ GIL101 gil-masked


def measure(histogram: Histogram) -> None:
    for number in range(80):
        histogram.observe(number)


def drive() -> None:
    histogram = Histogram(8)
    threads = [threading.Thread(target=measure, args=(histogram,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
