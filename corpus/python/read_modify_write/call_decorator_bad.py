"""A decorator keeps a call count in a dict that its wrapper closes over."""
# gilcheck-corpus: assume=threaded

import functools
import threading
from collections.abc import Callable


def profiled(func: Callable[[int], int]) -> Callable[[int], int]:
    calls = {"count": 0}

    @functools.wraps(func)
    def wrapper(value: int) -> int:
        calls["count"] += 1
#       ^^^^^^^^^^^^^^^^^^^ GIL101 gil-masked
        return func(value)

    return wrapper


@profiled
def square(value: int) -> int:
    return value * value


def compute(count: int) -> int:
    return sum([square(i) for i in range(count)])


def drive() -> None:
    threads = [threading.Thread(target=compute, args=(100,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
