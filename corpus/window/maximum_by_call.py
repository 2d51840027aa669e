"""`max` has returned when the switch point comes, and the result is not stored yet."""

import itertools
import threading


class State:
    def __init__(self) -> None:
        self.tickets = itertools.count()
        self.peak = 0
        self.peaks: list[int] = []


def make() -> State:
    return State()


def step(state: State) -> None:
    k = next(state.tickets)
    state.peak = max(state.peak, k)
#                    ^^^^^^^^^^ GIL101 already-racy
    state.peaks.append(state.peak)


def torn(state: State, n_ops: int) -> int:
    return sum(a > b for a, b in zip(state.peaks, state.peaks[1:]))


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
