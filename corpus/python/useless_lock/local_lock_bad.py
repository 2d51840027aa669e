"""A local lock is made inside the worker, one for every thread, around global state."""
import threading

_totals = {}


def book(account, amounts):
    lock = threading.Lock()
    for amount in amounts:
        with lock:
            _totals[account] = _totals.get(account, 0) + amount
#                              ^^^^^^^^^^^^^^^^^^^^^^^ GIL204 already-racy


def drive():
    threads = [
        threading.Thread(target=book, args=("cash", range(50)))
        for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
