"""`+=` on a `defaultdict(int)` item: `int()` for a missing key is called from C, with
no switch point.
"""

import collections
import itertools
import threading


class State:
    def __init__(self) -> None:
        self.tickets = itertools.count()
        self.counts: collections.defaultdict[int, int] = collections.defaultdict(int)


def make() -> State:
    return State()


def step(state: State) -> None:
    key = next(state.tickets) // 4
    state.counts[key] += 1
#   ^^^^^^^^^^^^^^^^^^^^^^ GIL101 gil-masked


def torn(state: State, n_ops: int) -> int:
    return n_ops - sum(state.counts.values())


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
