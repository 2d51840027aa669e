"""The attribute is a property: getter and setter are Python functions, and the
addition lies between them.
"""

import threading


class State:
    def __init__(self) -> None:
        self._level = 0

    @property
    def level(self) -> int:
        return self._level

    @level.setter
    def level(self, value: int) -> None:
        self._level = value


def make() -> State:
    return State()


def step(state: State) -> None:
    state.level += 1
#   ^^^^^^^^^^^^^^^^ GIL101 already-racy


def torn(state: State, n_ops: int) -> int:
    return n_ops - state.level


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
