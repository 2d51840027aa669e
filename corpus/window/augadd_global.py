"""`+=` on a module global."""

import threading


total = 0


def make() -> None:
    global total
    total = 0


def step(state: None) -> None:
    global total
    total += 1
#   ^^^^^^^^^^ GIL101 gil-masked


def torn(state: None, n_ops: int) -> int:
    return n_ops - total


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
