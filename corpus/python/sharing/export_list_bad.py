"""A function that `__all__` lists counts without the lock that others call it under."""
# gilcheck-corpus: assume=threaded
import threading

__all__ = ["add", "record"]

_lock = threading.Lock()
_totals = {}


def add(key):
    _totals[key] = _totals.get(key, 0) + 1
#                  ^^^^^^^^^^^^^^^^^^^^^^^ GIL101 already-racy


def record(key):
    with _lock:
        add(key)


def use(name):
    for number in range(50):
        globals()[name](number % 2)


def drive():
    threads = [
        threading.Thread(target=use, args=(name,)) for name in ("add", "record", "add")
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
