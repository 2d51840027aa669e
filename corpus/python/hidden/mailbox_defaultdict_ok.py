"""A mailbox is a list that setdefault() makes: one step, whoever comes first."""
import threading


class PostOffice:
    def __init__(self) -> None:
        self._boxes: dict[str, list[str]] = {}

    def deliver(self, name: str, letter: str) -> None:
        self._boxes.setdefault(name, []).append(letter)


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
