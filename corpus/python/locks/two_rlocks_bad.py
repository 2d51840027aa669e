"""Readers and writers have a lock each; take() does not exclude clear()."""
import threading


class Spool:
    def __init__(self):
        self._read_lock = threading.RLock()
        self._write_lock = threading.RLock()
        self._files = []

    def add(self, name):
        with self._write_lock:
            self._files.append(name)

    def clear(self):
        with self._write_lock:
            self._files.clear()

    def take(self):
        with self._read_lock:
            if self._files:
#              ^^^^^^^^^^^ GIL102 gil-masked
                return self._files.pop()
            return None


def fill(spool):
    for number in range(60):
        spool.add(f"file{number}")
        if number % 10 == 0:
            spool.clear()


def drain(spool):
    for _ in range(60):
        try:
            spool.take()
        except IndexError:
            pass


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
