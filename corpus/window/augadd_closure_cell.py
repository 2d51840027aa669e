"""`+=` on a variable of an enclosing function: LOAD_DEREF, BINARY_OP, STORE_DEREF."""

import threading
from collections.abc import Callable


class State:
    def __init__(self, bump: Callable[[], None], read: Callable[[], int]) -> None:
        self.bump = bump
        self.read = read


def counter() -> State:
    count = 0

    def bump() -> None:
        nonlocal count
        count += 1
#       ^^^^^^^^^^ GIL101 gil-masked

    def read() -> int:
        return count

    return State(bump, read)


def make() -> State:
    return counter()


def step(state: State) -> None:
    state.bump()


def torn(state: State, n_ops: int) -> int:
    return n_ops - state.read()


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
