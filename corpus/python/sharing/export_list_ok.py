"""`__all__` does not list the function: all who call it hold the lock."""
# gilcheck-corpus: assume=threaded
import threading

__all__ = ["record"]

_lock = threading.Lock()
_totals = {}


def add(key):
    _totals[key] = _totals.get(key, 0) + 1


def record(key):
    with _lock:
        add(key)


def use(name):
    for number in range(50):
        globals()[name](number % 2)


def drive():
    threads = [threading.Thread(target=use, args=("record",)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
