"""Test, read and write of one dict item in one expression: CONTAINS_OP and
BINARY_SUBSCR do not call Python code here.
"""

import itertools
import threading


class State:
    def __init__(self) -> None:
        self.tickets = itertools.count()
        self.counts: dict[int, int] = {}


def make() -> State:
    return State()


def step(state: State) -> None:
    key = next(state.tickets) // 4
    state.counts[key] = state.counts[key] + 1 if key in state.counts else 1
#                                                ^^^^^^^^^^^^^^^^^^^ GIL101 gil-masked
# FN: GIL101 reported at the read of the item instead of at the test of the key


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
