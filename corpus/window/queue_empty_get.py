"""`Queue.empty` is a Python function that also takes a lock and gives it back."""

import itertools
import queue
import threading


class State:
    def __init__(self) -> None:
        self.tickets = itertools.count()
        self.jobs: queue.Queue[int] = queue.Queue()


def make() -> State:
    return State()


def step(state: State) -> None:
    if next(state.tickets) % 3 == 0:
        state.jobs.put(1)
    elif not state.jobs.empty():
#            ^^^^^^^^^^^^^^^^^^ GIL102 already-racy
# FN: GIL102 the emptiness test of a thread-safe queue is not taken as a test
        state.jobs.get_nowait()


def torn(state: State, n_ops: int) -> int:
    return 0


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
