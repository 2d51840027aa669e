"""`+=` on a class attribute, shared by all instances."""

import threading


class State:
    total = 0


def make() -> State:
    State.total = 0
    return State()


def step(state: State) -> None:
    State.total += 1
#   ^^^^^^^^^^^^^^^^ GIL101 gil-masked


def torn(state: State, n_ops: int) -> int:
    return n_ops - State.total


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
