"""A generator expression is a generator."""

import threading


class State:
    def __init__(self) -> None:
        self.source = (n * 2 for n in range(10**9))
        self.taken: list[int] = []


def make() -> State:
    return State()


def step(state: State) -> None:
    state.taken.append(next(state.source))
#                           ^^^^^^^^^^^^ GIL106 already-racy


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
