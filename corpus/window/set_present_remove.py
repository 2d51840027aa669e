"""`remove` raises KeyError if another thread was first."""

import itertools
import threading


class State:
    def __init__(self) -> None:
        self.tickets = itertools.count()
        self.live: set[int] = set()


def make() -> State:
    return State()


def step(state: State) -> None:
    ticket = next(state.tickets)
    key = ticket // 4
    if ticket % 4 == 0:
        state.live.add(key)
    elif key in state.live:
#        ^^^^^^^^^^^^^^^^^ GIL102 gil-masked
        state.live.remove(key)


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
