"""A descriptor keeps a counter on itself, one for all objects of the class."""
import threading


class Tracked:
    def __init__(self, default):
        self._default = default
        self.reads = 0

    def __set_name__(self, owner, name):
        self._slot = "_" + name

    def __get__(self, instance, owner):
        if instance is None:
            return self
        self.reads += 1
#       ^^^^^^^^^^^^^^^ GIL101 gil-masked
        return instance.__dict__.get(self._slot, self._default)


class Sensor:
    level = Tracked(0)


def poll():
    sensor = Sensor()
    return [sensor.level for _ in range(80)]


def drive():
    threads = [threading.Thread(target=poll) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
