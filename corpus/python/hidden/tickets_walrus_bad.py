"""A ticket office binds what is left in the test and stores one less."""
import threading


class TicketOffice:
    def __init__(self, tickets: int) -> None:
        self._left = tickets

    def sell(self) -> int | None:
        if (left := self._left) > 0:
#                   ^^^^^^^^^^ GIL102 gil-masked
            self._left = left - 1
            return left
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
