"""A method notes whether its caller has the lock, and goes on without it."""
import threading


class Waiters:
    def __init__(self):
        self.lock = threading.RLock()
        self.careless = 0
        self._names = []

    def add(self, name):
        if not self.lock._is_owned():
            print("the lock is not held")
        if name not in self._names:
#          ^^^^^^^^^^^^^^^^^^^^^^^ GIL102 gil-masked
            self._names.append(name)

    def drop(self, name):
        if name in self._names:
#          ^^^^^^^^^^^^^^^^^^^ GIL102 gil-masked
            self._names.remove(name)


def work(waiters):
    for i in range(60):
        waiters.add(f"w{i % 3}")
        try:
            waiters.drop(f"w{i % 3}")
        except ValueError:
            pass


def drive():
    waiters = Waiters()
    threads = [threading.Thread(target=work, args=(waiters,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
