"""Each operation of the deque is atomic; the pair is so only within one window."""

import collections
import itertools
import threading


class State:
    def __init__(self) -> None:
        self.tickets = itertools.count()
        self.queue: collections.deque[int] = collections.deque()


def make() -> State:
    return State()


def step(state: State) -> None:
    if next(state.tickets) % 3 == 0:
        state.queue.append(1)
    elif state.queue:
#        ^^^^^^^^^^^ GIL102 gil-masked
        state.queue.popleft()


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
