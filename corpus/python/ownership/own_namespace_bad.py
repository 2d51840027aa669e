"""Threads keep counters named by data in the namespace of one object."""
import threading


class Tally:
    unit = "requests"

    def __init__(self) -> None:
        self.hits = 0
        self.misses = 0

    def count(self, name: str) -> None:
        vars(self)[name] += 1
#       ^^^^^^^^^^^^^^^^^^^^^ GIL101 gil-masked-if-builtin

    def total(self) -> int:
        return sum(self.__dict__.values())


TALLY = Tally()


def serve() -> None:
    tally = TALLY
    for number in range(60):
        tally.count("misses" if number % 3 == 0 else "hits")


def drive() -> None:
    threads = [threading.Thread(target=serve) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
