"""`+=` two attributes deep; only the last one is written."""

import threading


class Stats:
    def __init__(self) -> None:
        self.hits = 0


class State:
    def __init__(self) -> None:
        self.stats = Stats()


def make() -> State:
    return State()


def step(state: State) -> None:
    state.stats.hits += 1
#   ^^^^^^^^^^^^^^^^^^^^^ GIL101 gil-masked


def torn(state: State, n_ops: int) -> int:
    return n_ops - state.stats.hits


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
