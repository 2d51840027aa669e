"""A bytearray takes what a generator yields all at once."""
import threading

frames = bytearray()


def encode(number: int):
    yield number
    yield from range(number)
    yield 0


def send(first: int) -> None:
    for number in range(first, first + 20):
        frames.extend(encode(number))


def drive() -> None:
    threads = [threading.Thread(target=send, args=(i * 20,)) for i in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
