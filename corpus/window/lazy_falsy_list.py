"""The same with a truth test."""

import itertools
import threading
from typing import Optional


class Slot:
    def __init__(self) -> None:
        self.value: Optional[list[int]] = None


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
    if not slot.value:
#          ^^^^^^^^^^ GIL103 gil-masked
        slot.value = [0]
    slot.value.append(1)


def torn(state: State, n_ops: int) -> int:
    return n_ops - sum(len(slot.value) - 1 for slot in state.slots if slot.value)


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
