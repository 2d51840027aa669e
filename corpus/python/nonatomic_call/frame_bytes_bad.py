"""A list takes a frame's parts from a generator one by one."""
import threading

frames: list[int] = []


def encode(number: int):
    yield number
    yield from range(number)
    yield 0


def send(first: int) -> None:
    for number in range(first, first + 20):
        frames.extend(encode(number))
#       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ GIL107 already-racy


def drive() -> None:
    threads = [threading.Thread(target=send, args=(i * 20,)) for i in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
