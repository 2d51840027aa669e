"""The key function is Python code: other threads see the list empty, or change it and
make `sort` fail.
"""

import itertools
import threading


def rank(item: int) -> int:
    return -item


class State:
    def __init__(self) -> None:
        self.tickets = itertools.count()
        self.items = [3, 1, 2] * 8
        self.last = 0


def make() -> State:
    return State()


def step(state: State) -> None:
    if next(state.tickets) % 2 == 0:
        state.items.sort(key=rank)
#       ^^^^^^^^^^^^^^^^^^^^^^^^^^ GIL107 already-racy
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
