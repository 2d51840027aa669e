"""The index is out of date when another thread deletes before it."""

import itertools
import threading


class State:
    def __init__(self) -> None:
        self.tickets = itertools.count()
        self.live: list[int] = []


def make() -> State:
    return State()


def step(state: State) -> None:
    key = next(state.tickets)
    state.live.append(key)
    i = state.live.index(key)
#       ^^^^^^^^^^^^^^^^^^^^^ GIL102 already-racy
# FN: GIL102 the index comes from a method that only reads; following it through list.index is not done
    del state.live[i]


def torn(state: State, n_ops: int) -> int:
    return len(state.live)


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
