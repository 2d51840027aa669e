"""Each backward jump of the loop is a switch point, with `enumerate` around the dict."""

import itertools
import threading


class State:
    def __init__(self) -> None:
        self.tickets = itertools.count()
        self.table = dict.fromkeys(range(-30, 0), 1)


def make() -> State:
    return State()


def step(state: State) -> None:
    ticket = next(state.tickets)
    if ticket % 2 == 0:
        state.table.setdefault(ticket, 1)
        del state.table[ticket]
    else:
        count = 0
        for i, key in enumerate(state.table):
#                               ^^^^^^^^^^^ GIL105 already-racy
            count += key + i


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
