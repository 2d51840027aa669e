"""`pop` raises IndexError if another thread took the last item after the test."""

import itertools
import threading


class State:
    def __init__(self) -> None:
        self.tickets = itertools.count()
        self.stack: list[int] = []


def make() -> State:
    return State()


def step(state: State) -> None:
    if next(state.tickets) % 3 == 0:
        state.stack.append(1)
    elif state.stack:
#        ^^^^^^^^^^^ GIL102 gil-masked
        state.stack.pop()


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
