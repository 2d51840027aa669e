"""A loop between read and write: each backward jump is a switch point."""

import threading


class State:
    def __init__(self) -> None:
        self.n = 0


def make() -> State:
    return State()


def step(state: State) -> None:
    n = state.n
#       ^^^^^^^ GIL101 already-racy
    for _ in (1, 2):
        n += 1
    state.n = n


def torn(state: State, n_ops: int) -> int:
    return n_ops - state.n // 2


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
