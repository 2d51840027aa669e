"""The `add` call ends after the act; the switch point comes too late to tear."""

import itertools
import threading


class State:
    def __init__(self) -> None:
        self.tickets = itertools.count()
        self.seen: set[int] = set()
        self.wins: list[int] = []


def make() -> State:
    return State()


def step(state: State) -> None:
    key = next(state.tickets) // 4
    if key not in state.seen:
#      ^^^^^^^^^^^^^^^^^^^^^ GIL102 gil-masked
        state.seen.add(key)
        state.wins.append(key)


def torn(state: State, n_ops: int) -> int:
    return len(state.wins) - len(set(state.wins))


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
