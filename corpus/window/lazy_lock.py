"""A lock made when it is first needed: two threads may each hold one of their own."""

import itertools
import threading
from typing import Optional


class Slot:
    def __init__(self) -> None:
        self.lock: Optional[threading.Lock] = None
        self.used: list[threading.Lock] = []


class State:
    def __init__(self) -> None:
        self.tickets = itertools.count()
        self.current = Slot()
        self.slots = [self.current]

    def slot(self) -> Slot:
        if next(self.tickets) % 4 == 0:
            fresh = Slot()
            self.slots.append(fresh)
            self.current = fresh
        return self.current


def make() -> State:
    return State()


def step(state: State) -> None:
    slot = state.slot()
    if slot.lock is None:
#      ^^^^^^^^^ GIL103 already-racy
        slot.lock = threading.Lock()
    slot.used.append(slot.lock)


def torn(state: State, n_ops: int) -> int:
    return sum(len(set(slot.used)) - 1 for slot in state.slots if slot.used)


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
