"""One RLock, taken again by the methods that a holder calls."""
import threading


class Spool:
    def __init__(self):
        self._lock = threading.RLock()
        self._files = []

    def add(self, name):
        with self._lock:
            if len(self._files) > 20:
                self.clear()
            self._files.append(name)

    def clear(self):
        with self._lock:
            self._files.clear()

    def take(self):
        with self._lock:
            if self._files:
                return self._files.pop()
            return None


def fill(spool):
    for number in range(60):
        spool.add(f"file{number}")


def drain(spool):
    for _ in range(60):
        spool.take()


def drive():
    spool = Spool()
    threads = [
        threading.Thread(target=fill, args=(spool,)),
        threading.Thread(target=drain, args=(spool,)),
        threading.Thread(target=drain, args=(spool,)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
