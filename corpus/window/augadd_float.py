"""`+=` on a float: the addition is one C function without a switch point."""

import threading


class State:
    def __init__(self) -> None:
        self.seconds = 0.0


def make() -> State:
    return State()


def step(state: State) -> None:
    state.seconds += 0.5
#   ^^^^^^^^^^^^^^^^^^^^ GIL101 gil-masked


def torn(state: State, n_ops: int) -> int:
    return n_ops - int(state.seconds * 2)


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
