"""A call that has nothing to do with the item stands between its read and its write."""

import threading


def trace() -> None:
    pass


class State:
    def __init__(self) -> None:
        self.table = {"n": 0}


def make() -> State:
    return State()


def step(state: State) -> None:
    value = state.table["n"]
#           ^^^^^^^^^^^^^^^^ GIL101 already-racy
    trace()
    state.table["n"] = value + 1


def torn(state: State, n_ops: int) -> int:
    return n_ops - state.table["n"]


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
