"""A conditional expression jumps forward only; a forward jump is not a switch point."""

import threading


class State:
    def __init__(self) -> None:
        self.n = 0


def make() -> State:
    return State()


def step(state: State) -> None:
    state.n = state.n + 1 if state.n >= 0 else 0
#                            ^^^^^^^ GIL102 gil-masked


def torn(state: State, n_ops: int) -> int:
    return n_ops - state.n


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
