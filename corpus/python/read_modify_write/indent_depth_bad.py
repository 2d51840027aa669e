"""A context manager keeps the nesting depth of the log in a module global."""
# gilcheck-corpus: assume=threaded

import threading

_depth = 0


class Indented:
    def __enter__(self) -> None:
        global _depth
        _depth += 1
#       ^^^^^^^^^^^ GIL101 gil-masked

    def __exit__(self, *exc_info: object) -> None:
        global _depth
        _depth -= 1
#       ^^^^^^^^^^^ GIL101 gil-masked


def prefix(text: str) -> str:
    return "  " * _depth + text


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
