"""A tally is a dict that changes itself with dict's own special methods."""
import threading


class Tally(dict):
    def add(self, name: str) -> None:
        dict.__setitem__(self, name, dict.get(self, name, 0) + 1)
# FN: GIL101 dict's special methods are called by name

    def drop(self, name: str) -> None:
        if dict.__contains__(self, name):
# FN: GIL102 dict's special methods are called by name
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
