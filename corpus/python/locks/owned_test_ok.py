"""A method refuses to run unless its caller has the lock."""
import threading


class Waiters:
    def __init__(self):
        self.lock = threading.RLock()
        self._names = []

    def add(self, name):
        if not self.lock._is_owned():
            raise RuntimeError("the lock is not held")
        if name not in self._names:
            self._names.append(name)

    def drop(self, name):
        if not self.lock._is_owned():
            raise RuntimeError("the lock is not held")
        if name in self._names:
            self._names.remove(name)


def work(waiters):
    for i in range(60):
        with waiters.lock:
            waiters.add(f"w{i % 3}")
        with waiters.lock:
            waiters.drop(f"w{i % 3}")


def drive():
    waiters = Waiters()
    threads = [threading.Thread(target=work, args=(waiters,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
