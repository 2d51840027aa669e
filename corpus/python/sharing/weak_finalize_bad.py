"""A finalizer runs in whichever thread drops the object, several of them at once."""
import threading
import weakref

_open_names = set()


def forget(name):
    if name in _open_names:
#      ^^^^^^^^^^^^^^^^^^^ GIL102 gil-masked
        _open_names.remove(name)


class Handle:
    def __init__(self, name):
        self.name = name
        _open_names.add(name)
        weakref.finalize(self, forget, name)


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
