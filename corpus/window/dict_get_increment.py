"""The end of the `get` call lies between the read and the write."""

import threading


class State:
    def __init__(self) -> None:
        self.counts: dict[str, int] = {}


def make() -> State:
    return State()


def step(state: State) -> None:
    state.counts["hits"] = state.counts.get("hits", 0) + 1
#                          ^^^^^^^^^^^^^^^^^^^^^^^^^^^ GIL101 already-racy


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
