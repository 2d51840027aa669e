"""The wrapper that registers itself is made on first use, under a lock."""
import threading

_known = []
_lock = threading.Lock()


class Device:
    def __init__(self, name):
        self.name = name
        _known.append(self)

    def title(self):
        return self.name.title()


_device = None


def device():
    global _device
    with _lock:
        if _device is None:
            _device = Device("disk")
        return _device


def work():
    for _ in range(60):
        device().title()


def drive():
    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
