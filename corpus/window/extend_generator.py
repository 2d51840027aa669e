"""`extend` from a generator: batches of two threads get mixed."""

import itertools
import threading


class State:
    def __init__(self) -> None:
        self.tickets = itertools.count()
        self.items: list[int] = []


def make() -> State:
    return State()


def step(state: State) -> None:
    ticket = next(state.tickets)
    state.items.extend(ticket for _ in range(3))
#   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ GIL107 already-racy


def torn(state: State, n_ops: int) -> int:
    return sum(len(set(state.items[i : i + 3])) > 1 for i in range(0, len(state.items), 3))


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
