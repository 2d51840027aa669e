"""`heappush` on a shared list compares integers in C."""

import heapq
import itertools
import threading


class State:
    def __init__(self) -> None:
        self.tickets = itertools.count()
        self.heap: list[int] = []


def make() -> State:
    return State()


def step(state: State) -> None:
    heapq.heappush(state.heap, -next(state.tickets))
#   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ GIL107 gil-masked


def torn(state: State, n_ops: int) -> int:
    disorder = sum(state.heap[(i - 1) // 2] > state.heap[i] for i in range(1, len(state.heap)))
    return n_ops - len(state.heap) + disorder


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
