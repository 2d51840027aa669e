"""A comparison of integers and a store: each value may be claimed once."""

import itertools
import threading


class State:
    def __init__(self) -> None:
        self.tickets = itertools.count()
        self.next_key = 0
        self.wins: list[int] = []


def make() -> State:
    return State()


def step(state: State) -> None:
    key = next(state.tickets) // 4
    if state.next_key <= key:
#      ^^^^^^^^^^^^^^ GIL102 gil-masked
        state.next_key = key + 1
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
