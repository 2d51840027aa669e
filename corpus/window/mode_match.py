"""The same through a `match` statement: comparing two strings is done in C."""

import threading


def pause() -> None:
    pass


class State:
    def __init__(self) -> None:
        self.mode = "idle"
        self.inside: list[int] = []
        self.clashes: list[int] = []


def make() -> State:
    return State()


def step(state: State) -> None:
    match state.mode:
#         ^^^^^^^^^^ GIL102 gil-masked
        case "idle":
            state.mode = "busy"
            state.inside.append(1)
            pause()
            if len(state.inside) > 1:
                state.clashes.append(1)
            state.inside.pop()
            state.mode = "idle"


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
