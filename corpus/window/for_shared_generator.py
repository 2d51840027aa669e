"""Threads drain one generator with `for`."""

import threading
from collections.abc import Iterator


def numbers() -> Iterator[int]:
    n = 0
    while True:
        yield n
        n += 1


class State:
    def __init__(self) -> None:
        self.source = numbers()
        self.taken: list[int] = []


def make() -> State:
    return State()


def step(state: State) -> None:
    for item in state.source:
#               ^^^^^^^^^^^^ GIL106 already-racy
        state.taken.append(item)
        if item % 4 == 3:
            break


def torn(state: State, n_ops: int) -> int:
    return len(state.taken) - len(set(state.taken))


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
