"""`zip` advances two builtin iterators in one C call: the pairs stay pairs."""

import threading


class State:
    def __init__(self) -> None:
        self.source = zip(range(10**9), range(10**9))
        self.taken: list[tuple[int, int]] = []


def make() -> State:
    return State()


def step(state: State) -> None:
    state.taken.append(next(state.source))
#                           ^^^^^^^^^^^^ GIL106 gil-masked


def torn(state: State, n_ops: int) -> int:
    return len(state.taken) - len(set(state.taken)) + sum(a != b for a, b in state.taken)


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
