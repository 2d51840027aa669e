"""The finalizer is set.discard itself: one atomic call, whatever thread it runs in."""
import threading
import weakref

_open_names = set()


class Handle:
    def __init__(self, name):
        self.name = name
        _open_names.add(name)
        weakref.finalize(self, _open_names.discard, name)


def open_and_drop():
    for number in range(50):
        handle = Handle(f"file{number % 3}")
        del handle


def drive():
    threads = [threading.Thread(target=open_and_drop) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
