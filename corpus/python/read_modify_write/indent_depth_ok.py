"""The depth is a context variable: each thread's context has its own value."""
# gilcheck-corpus: assume=threaded

import contextvars
import threading

_depth: contextvars.ContextVar[int] = contextvars.ContextVar("depth", default=0)


class Indented:
    def __enter__(self) -> None:
        self._token = _depth.set(_depth.get() + 1)

    def __exit__(self, *exc_info: object) -> None:
        _depth.reset(self._token)


def prefix(text: str) -> str:
    return "  " * _depth.get() + text


def trace(count: int) -> None:
    for i in range(count):
        with Indented():
            prefix(f"step {i}")


def drive() -> None:
    threads = [threading.Thread(target=trace, args=(60,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
