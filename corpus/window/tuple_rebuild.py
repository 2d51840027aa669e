"""An immutable record is replaced by one made from it: BUILD_TUPLE is not a call."""

import threading


class State:
    def __init__(self) -> None:
        self.pair = (0, 0)


def make() -> State:
    return State()


def step(state: State) -> None:
    state.pair = (state.pair[0] + 1, state.pair[1] + 2)
#                 ^^^^^^^^^^ GIL101 gil-masked


def torn(state: State, n_ops: int) -> int:
    return n_ops - state.pair[0]


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
