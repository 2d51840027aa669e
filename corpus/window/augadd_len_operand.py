"""`len` is a call, so by the model a switch point lies between read and write.
Specialised (CALL_LEN since 3.11) it has no check: the tear needs an execution that
is not specialised.
"""

import threading


class State:
    def __init__(self) -> None:
        self.n = 0
        self.word = "x"


def make() -> State:
    return State()


def step(state: State) -> None:
    state.n += len(state.word)
#   ^^^^^^^^^^^^^^^^^^^^^^^^^^ GIL101 already-racy


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
