"""A match statement tests the state and one of its cases changes it."""

import threading


class Pump:
    def __init__(self) -> None:
        self.state = "idle"

    def start(self) -> bool:
        match self.state:
#             ^^^^^^^^^^ GIL102 gil-masked
            case "idle":
                self.state = "running"
                return True
            case _:
                return False

    def stop(self) -> None:
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
