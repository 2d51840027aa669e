"""`+=` on an item of an `array.array`: two C calls, neither runs Python code."""

import array
import threading


class State:
    def __init__(self) -> None:
        self.cells = array.array("q", [0, 0])


def make() -> State:
    return State()


def step(state: State) -> None:
    state.cells[0] += 1
#   ^^^^^^^^^^^^^^^^^^^ GIL101 gil-masked


def torn(state: State, n_ops: int) -> int:
    return n_ops - state.cells[0]


shared = make()


def work() -> None:
    for _ in range(1000):
        step(shared)


def drive() -> None:
    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
