"""Raising and catching KeyError does not leave the eval loop's window."""

import itertools
import threading


class State:
    def __init__(self) -> None:
        self.tickets = itertools.count()
        self.seen: dict[int, int] = {}
        self.wins: list[int] = []


def make() -> State:
    return State()


def step(state: State) -> None:
    key = next(state.tickets) // 4
    try:
        state.seen[key]
#       ^^^^^^^^^^^^^^^ GIL102 gil-masked
    except KeyError:
        state.seen[key] = 1
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
