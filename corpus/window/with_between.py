"""`__enter__` and `__exit__` are Python functions: entering them is a switch point."""

import threading


class Span:
    def __enter__(self) -> None:
        pass

    def __exit__(self, *details: object) -> None:
        pass


class State:
    def __init__(self) -> None:
        self.n = 0
        self.span = Span()


def make() -> State:
    return State()


def step(state: State) -> None:
    n = state.n
#       ^^^^^^^ GIL101 already-racy
    with state.span:
        n += 1
    state.n = n


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
