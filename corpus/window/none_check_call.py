"""The callback is tested and then read again for the call; another thread may set it
to None.
"""

import itertools
import threading
from collections.abc import Callable
from typing import Optional


def ready() -> None:
    pass


class State:
    def __init__(self) -> None:
        self.tickets = itertools.count()
        self.callback: Optional[Callable[[], None]] = None


def make() -> State:
    return State()


def step(state: State) -> None:
    ticket = next(state.tickets)
    if ticket % 3 == 0:
        state.callback = ready
    elif ticket % 3 == 2:
        state.callback = None
    elif state.callback is not None:
#        ^^^^^^^^^^^^^^ GIL102 gil-masked
        state.callback()


def torn(state: State, n_ops: int) -> int:
    return 0


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
