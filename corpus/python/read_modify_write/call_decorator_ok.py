"""The wrapper counts inside a lock made once per decorated function."""
# gilcheck-corpus: assume=threaded

import functools
import threading
from collections.abc import Callable


def profiled(func: Callable[[int], int]) -> Callable[[int], int]:
    calls = {"count": 0}
    lock = threading.Lock()

    @functools.wraps(func)
    def wrapper(value: int) -> int:
        with lock:
            calls["count"] += 1
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
