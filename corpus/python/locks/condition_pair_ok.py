"""Two conditions built on one lock, and that lock by its own name: one mutex."""
import threading


class Depot:
    def __init__(self):
        self._mutex = threading.Lock()
        self._not_empty = threading.Condition(self._mutex)
        self._not_full = threading.Condition(self._mutex)
        self.stock = 0

    def put(self):
        with self._not_full:
            self.stock += 1
            self._not_empty.notify()

    def get(self):
        with self._not_empty:
            self.stock -= 1
            self._not_full.notify()

    def correct(self):
        with self._mutex:
            self.stock += 1


def bring(depot):
    for _ in range(80):
        depot.put()


def fetch(depot):
    for _ in range(80):
        depot.get()
        depot.correct()


def drive():
    depot = Depot()
    threads = [
        threading.Thread(target=bring, args=(depot,)),
        threading.Thread(target=fetch, args=(depot,)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
