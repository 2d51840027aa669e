"""Each backward jump of the loop is a switch point: an insertion at the front makes
the loop see an item twice, a removal makes it miss one.
"""

import itertools
import threading


class State:
    def __init__(self) -> None:
        self.tickets = itertools.count()
        self.table = list(range(-30, 0))
        self.wrong: list[int] = []


def make() -> State:
    return State()


def step(state: State) -> None:
    ticket = next(state.tickets)
    if ticket % 2 == 0:
        state.table.insert(0, ticket)
        state.table.remove(ticket)
    else:
        count = 0
        for key in state.table:
#                  ^^^^^^^^^^^ GIL105 already-racy
            if key < 0:
                count += 1
        if count != 30:
            state.wrong.append(count)


def torn(state: State, n_ops: int) -> int:
    return len(state.wrong)


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
