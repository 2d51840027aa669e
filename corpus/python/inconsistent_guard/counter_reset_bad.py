"""Increments hold the lock, reset() does not: a reset inside an increment is undone."""
import threading


class RequestCounter:
    def __init__(self):
        self._lock = threading.Lock()
        self._count = 0

    def hit(self):
        with self._lock:
            self._count += 1

    def reset(self):
        self._count = 0
#       ^^^^^^^^^^^^^^^ GIL201 gil-masked

    def value(self):
        with self._lock:
            return self._count


def serve(counter):
    for _ in range(100):
        counter.hit()


def rotate(counter):
    for _ in range(10):
        counter.value()
        counter.reset()


def drive():
    counter = RequestCounter()
    threads = [
        threading.Thread(target=serve, args=(counter,)),
        threading.Thread(target=serve, args=(counter,)),
        threading.Thread(target=rotate, args=(counter,)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
