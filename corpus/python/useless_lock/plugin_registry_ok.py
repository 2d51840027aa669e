"""Every loader instance keeps a reference to the one module lock."""
import threading

_registry = {}
_registry_lock = threading.Lock()


class Loader:
    def __init__(self, source):
        self._source = source
        self._lock = _registry_lock

    def load(self, name):
        with self._lock:
            if name not in _registry:
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
