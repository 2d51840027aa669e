"""Names and prices are two lists that zip() walks under one lock."""
import threading


class PriceBoard:
    def __init__(self) -> None:
        self._names: list[str] = []
        self._prices: list[int] = []
        self._lock = threading.Lock()

    def quote(self, name: str, price: int) -> None:
        with self._lock:
            self._names.append(name)
            self._prices.append(price)

    def expire(self) -> None:
        with self._lock:
            del self._names[0]
            del self._prices[0]

    def cheapest(self, limit: int) -> list[str]:
        with self._lock:
            pairs = list(zip(self._names, self._prices))
        return [name for name, price in pairs if price < limit]


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
