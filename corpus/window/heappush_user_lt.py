"""The heap compares through a `__lt__` written in Python: other pushes come in
between.
"""

import heapq
import itertools
import threading


class Job:
    def __init__(self, rank: int) -> None:
        self.rank = rank

    def __lt__(self, other: "Job") -> bool:
        return self.rank < other.rank


class State:
    def __init__(self) -> None:
        self.tickets = itertools.count()
        self.heap: list[Job] = []


def make() -> State:
    return State()


def step(state: State) -> None:
    job = Job(-next(state.tickets))
    heapq.heappush(state.heap, job)
#   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ GIL107 already-racy


def torn(state: State, n_ops: int) -> int:
    disorder = sum(state.heap[i] < state.heap[(i - 1) // 2] for i in range(1, len(state.heap)))
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
