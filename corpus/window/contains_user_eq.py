"""A search through a Python `__eq__`: a removal at the front makes it miss an item
that is there all the time.
"""

import itertools
import threading


class Key:
    def __init__(self, name: int) -> None:
        self.name = name

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Key) and other.name == self.name

    def __hash__(self) -> int:
        return hash(self.name)


class State:
    def __init__(self) -> None:
        self.tickets = itertools.count()
        self.items = [Key(-4), Key(-3), Key(-2), Key(-1)]
        self.missed: list[int] = []


def make() -> State:
    return State()


def step(state: State) -> None:
    ticket = next(state.tickets)
    if ticket % 2 == 0:
        state.items.insert(0, Key(ticket))
        state.items.pop(0)
    elif Key(-1) not in state.items:
#        ^^^^^^^^^^^^^^^^^^^^^^^^^^ GIL107 already-racy
# FN: GIL107 elements of this class are stored where their type is not seen
        state.missed.append(ticket)


def torn(state: State, n_ops: int) -> int:
    return len(state.missed)


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
