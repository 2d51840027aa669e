"""`+=` on a dict item with a string key: the item is there, nothing runs Python code."""

import threading


class State:
    def __init__(self) -> None:
        self.counts = {"hits": 0}


def make() -> State:
    return State()


def step(state: State) -> None:
    state.counts["hits"] += 1
#   ^^^^^^^^^^^^^^^^^^^^^^^^^ GIL101 gil-masked


def torn(state: State, n_ops: int) -> int:
    return n_ops - state.counts["hits"]


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
