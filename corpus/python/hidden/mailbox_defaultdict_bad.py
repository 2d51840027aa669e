"""A mailbox is a tuple that a defaultdict makes and each letter replaces."""
import threading
from collections import defaultdict


class PostOffice:
    def __init__(self) -> None:
        self._boxes: defaultdict[str, tuple[str, ...]] = defaultdict(tuple)

    def deliver(self, name: str, letter: str) -> None:
        self._boxes[name] += (letter,)
#       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ GIL101 gil-masked


def carry(office: PostOffice) -> None:
    for number in range(40):
        office.deliver(f"house {number % 8}", "bill")


def drive() -> None:
    office = PostOffice()
    threads = [threading.Thread(target=carry, args=(office,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
