"""`list()` instead of `[]`: a call, hence a switch point between test and store."""

import itertools
import threading


class State:
    def __init__(self) -> None:
        self.tickets = itertools.count()
        self.groups: dict[int, list[int]] = {}


def make() -> State:
    return State()


def step(state: State) -> None:
    key = next(state.tickets) // 4
    if key not in state.groups:
#      ^^^^^^^^^^^^^^^^^^^^^^^ GIL102 already-racy
        state.groups[key] = list()
    state.groups[key].append(1)


def torn(state: State, n_ops: int) -> int:
    return n_ops - sum(len(group) for group in state.groups.values())


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
