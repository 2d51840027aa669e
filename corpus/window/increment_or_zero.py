"""`or` on an integer tests its truth in C."""

import threading
from typing import Optional


class State:
    def __init__(self) -> None:
        self.n: Optional[int] = None


def make() -> State:
    return State()


def step(state: State) -> None:
    state.n = (state.n or 0) + 1
#              ^^^^^^^ GIL101 gil-masked


def torn(state: State, n_ops: int) -> int:
    return n_ops - (state.n or 0)


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
