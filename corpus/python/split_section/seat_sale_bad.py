"""Seats are counted in one critical section and sold in the next one."""
import threading

_lock = threading.Lock()
_free_seats = 40


def sell_seat():
    global _free_seats
    with _lock:
        available = _free_seats > 0
#                   ^^^^^^^^^^^^^^^ GIL202 already-racy
    if available:
        with _lock:
            _free_seats -= 1
        return True
    return False


def counter(sold):
    for _ in range(30):
        if sell_seat():
            sold.append(1)


def drive():
    sold = []
    threads = [threading.Thread(target=counter, args=(sold,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
