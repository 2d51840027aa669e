"""A decorator that runs the method under the instance's lock."""
import functools
import threading


def synchronized(method):
    @functools.wraps(method)
    def wrapper(self, *args):
        with self._lock:
            self._calls += 1
            return method(self, *args)

    return wrapper


class Tally:
    def __init__(self):
        self._lock = threading.Lock()
        self._calls = 0
        self._rows = {}

    @synchronized
    def add(self, name):
        self._rows[name] = self._rows.get(name, 0) + 1


def tally_up(tally):
    for number in range(60):
        tally.add(f"row{number % 3}")


def drive():
    tally = Tally()
    threads = [threading.Thread(target=tally_up, args=(tally,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
