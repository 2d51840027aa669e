"""Two conditions without a common lock: put() and get() exclude only themselves."""
import threading


class Depot:
    def __init__(self):
        self._not_empty = threading.Condition()
        self._not_full = threading.Condition()
        self.stock = 0

    def put(self):
        with self._not_full:
            self.stock += 1
#           ^^^^^^^^^^^^^^^ GIL101 gil-masked

    def get(self):
        with self._not_empty:
            self.stock -= 1
#           ^^^^^^^^^^^^^^^ GIL101 gil-masked


def bring(depot):
    for _ in range(80):
        depot.put()


def fetch(depot):
    for _ in range(80):
        depot.get()


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
