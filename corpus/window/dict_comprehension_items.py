"""A dict comprehension over a live view loops in bytecode."""

import itertools
import threading


class State:
    def __init__(self) -> None:
        self.tickets = itertools.count()
        self.table = dict.fromkeys(range(-30, 0), 1)
        self.last: dict[int, int] = {}


def make() -> State:
    return State()


def step(state: State) -> None:
    ticket = next(state.tickets)
    if ticket % 2 == 0:
        state.table.setdefault(ticket, 1)
        del state.table[ticket]
    else:
        copy = {key: value for key, value in state.table.items()}
#                                            ^^^^^^^^^^^^^^^^^^^ GIL105 already-racy
        state.last = copy


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
