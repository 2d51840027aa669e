"""An invoice books its lines with map(): the loop is in C, the change in Python."""
import threading


class Invoice:
    def __init__(self) -> None:
        self.lines = 0

    def _book(self, amount: int) -> int:
        self.lines += 1
# FN: GIL101 what map() calls is not seen to run in the caller's thread
        return amount * 119 // 100

    def book_all(self, amounts: list[int]) -> int:
        return sum(map(self._book, amounts))


def write(invoice: Invoice) -> None:
    for _ in range(20):
        invoice.book_all([100, 250, 75])


def drive() -> None:
    invoice = Invoice()
    threads = [threading.Thread(target=write, args=(invoice,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
