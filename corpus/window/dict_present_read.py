"""The key that was there is read: KeyError if another thread deletes it in between."""

import itertools
import threading


class State:
    def __init__(self) -> None:
        self.tickets = itertools.count()
        self.table: dict[int, int] = {}
        self.last = 0


def make() -> State:
    return State()


def step(state: State) -> None:
    ticket = next(state.tickets)
    key = ticket // 4
    if ticket % 4 == 0:
        state.table[key] = 1
    elif ticket % 4 == 3:
        state.table.pop(key, None)
    elif key in state.table:
#        ^^^^^^^^^^^^^^^^^^ GIL102 gil-masked
        state.last = state.table[key]


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
