"""The attribute is tested and then read again to call a method on it."""

import itertools
import threading
from typing import Optional


class Connection:
    def ready(self) -> bool:
        return True

    def send(self) -> None:
        pass


CONNECTION = Connection()


class State:
    def __init__(self) -> None:
        self.tickets = itertools.count()
        self.connection: Optional[Connection] = None


def make() -> State:
    return State()


def step(state: State) -> None:
    ticket = next(state.tickets)
    if ticket % 3 == 0:
        state.connection = CONNECTION
    elif ticket % 3 == 2:
        state.connection = None
    elif state.connection is not None:
#        ^^^^^^^^^^^^^^^^ GIL102 gil-masked
        state.connection.send()


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
