"""`remove` compares through Python code and then deletes by an index that is out of
date.
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
        self.items: list[Key] = []


def make() -> State:
    return State()


def step(state: State) -> None:
    ticket = next(state.tickets)
    state.items.append(Key(ticket))
    state.items.remove(Key(ticket))
#   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ GIL107 already-racy


def torn(state: State, n_ops: int) -> int:
    return len(state.items)


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
