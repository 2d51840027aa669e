"""`isinstance` is a call between the read and the write.
Specialised (CALL_ISINSTANCE since 3.11) it has no check, as with `len`.
"""

import threading


class State:
    def __init__(self) -> None:
        self.n = 0


def make() -> State:
    return State()


def step(state: State) -> None:
    n = state.n
#       ^^^^^^^ GIL102 already-racy
    if isinstance(n, int):
        state.n = n + 1


def torn(state: State, n_ops: int) -> int:
    return n_ops - state.n


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
