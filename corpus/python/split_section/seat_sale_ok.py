"""Check and sale stand in one critical section; a second one only reads for the log."""
import threading

_lock = threading.Lock()
_free_seats = 40


def sell_seat():
    global _free_seats
    with _lock:
        available = _free_seats > 0
        if available:
            _free_seats -= 1
    return available


def remaining():
    with _lock:
        return _free_seats


def counter(sold):
    for _ in range(30):
        if sell_seat():
            sold.append(remaining())


def drive():
    sold = []
    threads = [threading.Thread(target=counter, args=(sold,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
