"""A gauge is stored by a partial of setattr that is called under a lock."""
import threading
from collections.abc import Callable
from functools import partial


class Gauge:
    def __init__(self) -> None:
        self.pressure = 0


class Controller:
    def __init__(self, gauge: Gauge) -> None:
        self._gauge = gauge
        self._lock = threading.Lock()
        self._store: Callable[[int], None] = partial(setattr, gauge, "pressure")

    def pump(self) -> None:
        with self._lock:
            self._store(self._gauge.pressure + 1)


def operate(controller: Controller) -> None:
    for _ in range(60):
        controller.pump()


def drive() -> None:
    controller = Controller(Gauge())
    threads = [threading.Thread(target=operate, args=(controller,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
