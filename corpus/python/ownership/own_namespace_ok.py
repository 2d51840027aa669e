"""Each thread keeps counters named by data in an object of its own."""
import threading


class Tally:
    unit = "requests"

    def __init__(self) -> None:
        self.hits = 0
        self.misses = 0

    def count(self, name: str) -> None:
        vars(self)[name] += 1

    def total(self) -> int:
        return sum(self.__dict__.values())


def serve() -> None:
    tally = Tally()
    for number in range(60):
        tally.count("misses" if number % 3 == 0 else "hits")
    tally.total()


def drive() -> None:
    threads = [threading.Thread(target=serve) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
