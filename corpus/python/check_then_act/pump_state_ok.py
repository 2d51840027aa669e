"""The match statement runs with a re-entrant lock held, in every method."""

import threading


class Pump:
    def __init__(self) -> None:
        self._lock = threading.RLock()
        self.state = "idle"

    def start(self) -> bool:
        with self._lock:
            match self.state:
                case "idle":
                    self.state = "running"
                    return True
                case _:
                    return False

    def stop(self) -> None:
        with self._lock:
            self.state = "idle"


def operate(pump: Pump) -> None:
    for _ in range(60):
        pump.start()
        pump.stop()


def drive() -> None:
    pump = Pump()
    threads = [threading.Thread(target=operate, args=(pump,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
