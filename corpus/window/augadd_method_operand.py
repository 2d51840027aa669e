"""As with a function, a method of a builtin on the right side of `+=` ends with a
switch point.
"""

import threading


class State:
    def __init__(self) -> None:
        self.n = 0


def make() -> State:
    return State()


def step(state: State) -> None:
    state.n += "spam".count("s")
#   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ GIL101 already-racy


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
