"""Threads drain one builtin iterator: FOR_ITER advances it in C."""

import threading


class State:
    def __init__(self) -> None:
        self.source = iter(range(10**9))
        self.taken: list[int] = []


def make() -> State:
    return State()


def step(state: State) -> None:
    for item in state.source:
#               ^^^^^^^^^^^^ GIL106 gil-masked
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
