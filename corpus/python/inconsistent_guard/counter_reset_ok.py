"""reset() holds the lock too; only the plain read of a statistic is left unguarded."""
import threading


class RequestCounter:
    def __init__(self):
        self._lock = threading.Lock()
        self._count = 0

    def hit(self):
        with self._lock:
            self._count += 1

    def reset(self):
        with self._lock:
            self._count = 0

    def value(self):
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
