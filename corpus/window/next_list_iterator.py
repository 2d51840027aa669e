"""`next` on the iterator of a list: index and list are read and advanced in one C
call.
"""

import threading


class State:
    def __init__(self) -> None:
        self.source = iter(list(range(400_000)))
        self.taken: list[int] = []


def make() -> State:
    return State()


def step(state: State) -> None:
    state.taken.append(next(state.source))
#                           ^^^^^^^^^^^^ GIL106 gil-masked


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
