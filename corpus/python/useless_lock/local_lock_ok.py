"""A local lock too, but the threads started in the same function all close over it."""
import threading

_totals = {}


def book_all(account, batches):
    lock = threading.Lock()

    def book(amounts):
        for amount in amounts:
            with lock:
                _totals[account] = _totals.get(account, 0) + amount

    threads = [threading.Thread(target=book, args=(batch,)) for batch in batches]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def drive():
    book_all("cash", [range(50), range(50, 100), range(100, 150)])
