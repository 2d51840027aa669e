"""`setdefault` runs the key's `__hash__` and `__eq__`, so the call as a whole is not
one window.
The dict looks again when a comparison changed it, and nothing runs between the last
comparison and the store.
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
        self.owners: dict[Key, int] = {}
        self.wins: list[int] = []


def make() -> State:
    return State()


def step(state: State) -> None:
    ticket = next(state.tickets)
    key = Key(ticket // 4)
    if state.owners.setdefault(key, ticket) == ticket:
#      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ GIL107 already-racy
        state.wins.append(ticket // 4)


def torn(state: State, n_ops: int) -> int:
    return len(state.wins) - len(set(state.wins))


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
