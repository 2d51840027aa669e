"""`sort` empties the list while it works; comparing integers, it is one window."""

import itertools
import threading


class State:
    def __init__(self) -> None:
        self.tickets = itertools.count()
        self.items = [3, 1, 2] * 8
        self.last = 0


def make() -> State:
    return State()


def step(state: State) -> None:
    if next(state.tickets) % 2 == 0:
        state.items.sort()
#       ^^^^^^^^^^^^^^^^^^ GIL107 gil-masked
    else:
        state.last = state.items[0]


def torn(state: State, n_ops: int) -> int:
    return 0


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
