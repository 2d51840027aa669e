"""A lock per loader instance around a registry that is global to the module."""
import threading

_registry = {}


class Loader:
    def __init__(self, source):
        self._source = source
        self._lock = threading.Lock()

    def load(self, name):
        with self._lock:
            if name not in _registry:
#              ^^^^^^^^^^^^^^^^^^^^^ GIL204 gil-masked
                _registry[name] = [self._source]


def scan(source):
    loader = Loader(source)
    for number in range(40):
        loader.load(f"plugin{number}")


def drive():
    threads = [threading.Thread(target=scan, args=(f"dir{n}",)) for n in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
