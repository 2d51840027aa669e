"""Names and prices are two lists that zip() walks while rows are taken out."""
import threading


class PriceBoard:
    def __init__(self) -> None:
        self._names: list[str] = []
        self._prices: list[int] = []

    def quote(self, name: str, price: int) -> None:
        self._names.append(name)
        self._prices.append(price)

    def expire(self) -> None:
        del self._names[0]
        del self._prices[0]

    def cheapest(self, limit: int) -> list[str]:
        return [n for n, price in zip(self._names, self._prices) if price < limit]
#                                     ^^^^^^^^^^^ GIL105 already-racy
# FN: GIL105 of what zip() walks over, only the first list is seen


def trade(board: PriceBoard) -> None:
    for number in range(40):
        board.quote(f"share {number}", number)
        if number % 2:
            board.expire()


def watch(board: PriceBoard) -> None:
    for _ in range(40):
        board.cheapest(20)


def drive() -> None:
    board = PriceBoard()
    threads = [
        threading.Thread(target=trade, args=(board,)),
        threading.Thread(target=watch, args=(board,)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
