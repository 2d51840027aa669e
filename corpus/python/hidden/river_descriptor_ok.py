"""A data descriptor keeps the highest value assigned, under its lock."""
import threading


class HighWater:
    def __init__(self) -> None:
        self._lock = threading.Lock()

    def __set_name__(self, owner: type, name: str) -> None:
        self.slot = "_" + name

    def __get__(self, obj, owner=None):
        with self._lock:
            return getattr(obj, self.slot, 0)

    def __set__(self, obj, value: int) -> None:
        with self._lock:
            if value > getattr(obj, self.slot, 0):
                setattr(obj, self.slot, value)


class River:
    level = HighWater()


def measure(river: River, lowest: int) -> None:
    for rise in range(60):
        river.level = lowest + rise


def drive() -> None:
    river = River()
    threads = [
        threading.Thread(target=measure, args=(river, lowest)) for lowest in (0, 10, 20)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
