"""The operand's `__add__` is written in Python."""

import threading


class Number:
    def __init__(self, value: int) -> None:
        self.value = value

    def __add__(self, other: "Number") -> "Number":
        return Number(self.value + other.value)


ONE = Number(1)


class State:
    def __init__(self) -> None:
        self.sum = Number(0)


def make() -> State:
    return State()


def step(state: State) -> None:
    state.sum = state.sum + ONE
#               ^^^^^^^^^ GIL101 already-racy


def torn(state: State, n_ops: int) -> int:
    return n_ops - state.sum.value


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
