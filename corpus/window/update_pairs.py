"""`update` from a list of pairs stores them one by one in C; nobody sees half of them."""

import itertools
import threading


class State:
    def __init__(self) -> None:
        self.tickets = itertools.count()
        self.table = {"a": 0, "b": 0}
        self.wrong: list[int] = []


def make() -> State:
    return State()


def step(state: State) -> None:
    ticket = next(state.tickets)
    if ticket % 2 == 0:
        state.table.update([("a", ticket), ("b", ticket)])
#       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ GIL107 gil-masked
# FN: GIL107 two entries of one update are not known to belong together
    else:
        copy = state.table.copy()
        if copy["a"] != copy["b"]:
            state.wrong.append(ticket)


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
