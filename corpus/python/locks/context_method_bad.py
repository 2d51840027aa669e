"""The context manager method locks its own bookkeeping and yields without the lock."""
import contextlib
import threading


class Store:
    def __init__(self):
        self._lock = threading.Lock()
        self._entered = 0
        self.size = 0

    @contextlib.contextmanager
    def transaction(self):
        with self._lock:
            self._entered += 1
        yield self

    def put(self):
        with self.transaction():
            self.size += 1
#           ^^^^^^^^^^^^^^ GIL101 gil-masked


def use(store):
    for _ in range(50):
        store.put()


def drive():
    store = Store()
    threads = [threading.Thread(target=use, args=(store,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
