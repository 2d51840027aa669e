"""A ledger folds amounts with an operator from a table; one thread has all bookings."""
import operator
import queue
import threading

FOLD = {"in": operator.iadd, "out": operator.isub}


class Ledger:
    def __init__(self) -> None:
        self.balance = 0

    def post(self, direction: str, amount: int) -> None:
        self.balance = FOLD[direction](self.balance, amount)


def book(bookings: queue.Queue) -> None:
    for number in range(60):
        bookings.put(("in" if number % 2 else "out", number))
    bookings.put(None)


def keep(bookings: queue.Queue, writers: int) -> None:
    ledger = Ledger()
    while writers:
        booking = bookings.get()
        if booking is None:
            writers -= 1
        else:
            ledger.post(*booking)


def drive() -> None:
    bookings: queue.Queue = queue.Queue()
    threads = [threading.Thread(target=book, args=(bookings,)) for _ in range(2)]
    threads.append(threading.Thread(target=keep, args=(bookings, 2)))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
