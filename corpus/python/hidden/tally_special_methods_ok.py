"""A tally is a dict that changes itself with dict's own methods, locked."""
import threading


class Tally(dict):
    def __init__(self) -> None:
        super().__init__()
        self._lock = threading.Lock()

    def add(self, name: str) -> None:
        with self._lock:
            dict.__setitem__(self, name, dict.get(self, name, 0) + 1)

    def drop(self, name: str) -> None:
        with self._lock:
            if dict.__contains__(self, name):
                dict.__delitem__(self, name)


def vote(tally: Tally) -> None:
    for number in range(60):
        tally.add("yes" if number % 3 else "no")
        if number % 20 == 0:
            tally.drop("no")


def drive() -> None:
    tally = Tally()
    threads = [threading.Thread(target=vote, args=(tally,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
