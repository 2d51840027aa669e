"""The test calls an `__eq__` written in Python; its entry is a switch point."""

import threading


def pause() -> None:
    pass


class Mode:
    def __init__(self, name: str) -> None:
        self.name = name

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Mode) and other.name == self.name

    def __hash__(self) -> int:
        return hash(self.name)


IDLE = Mode("idle")
BUSY = Mode("busy")


class State:
    def __init__(self) -> None:
        self.mode = IDLE
        self.inside: list[int] = []
        self.clashes: list[int] = []


def make() -> State:
    return State()


def step(state: State) -> None:
    if state.mode == IDLE:
#      ^^^^^^^^^^^^^^^^^^ GIL102 already-racy
        state.mode = BUSY
        state.inside.append(1)
        pause()
        if len(state.inside) > 1:
            state.clashes.append(1)
        state.inside.pop()
        state.mode = IDLE


def torn(state: State, n_ops: int) -> int:
    return len(state.clashes)


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
