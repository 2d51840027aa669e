"""A ticket office draws numbers from a count and only looks at what it drew."""
import itertools
import threading


class TicketOffice:
    def __init__(self, tickets: int) -> None:
        self._tickets = tickets
        self._sold = itertools.count()

    def sell(self) -> int | None:
        if (number := next(self._sold)) < self._tickets:
            return number
        return None


def queue_up(office: TicketOffice) -> None:
    for _ in range(40):
        office.sell()


def drive() -> None:
    office = TicketOffice(90)
    threads = [threading.Thread(target=queue_up, args=(office,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
