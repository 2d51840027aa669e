"""An invoice's lines are booked with map(); each thread writes its own invoice."""
import threading


class Invoice:
    def __init__(self) -> None:
        self.lines = 0

    def _book(self, amount: int) -> int:
        self.lines += 1
        return amount * 119 // 100

    def book_all(self, amounts: list[int]) -> int:
        return sum(map(self._book, amounts))


def write(count: int) -> None:
    invoice = Invoice()
    for _ in range(count):
        invoice.book_all([100, 250, 75])


def drive() -> None:
    threads = [threading.Thread(target=write, args=(20,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
