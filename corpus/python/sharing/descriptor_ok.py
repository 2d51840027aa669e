"""The descriptor counts in the dict of the object, which stays in its thread."""
import threading


class Tracked:
    def __init__(self, default):
        self._default = default

    def __set_name__(self, owner, name):
        self._slot = "_" + name

    def __get__(self, instance, owner):
        if instance is None:
            return self
        state = instance.__dict__
        state["reads"] = state.get("reads", 0) + 1
        return state.get(self._slot, self._default)


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
