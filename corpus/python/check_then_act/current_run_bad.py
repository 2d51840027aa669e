"""A tool allows one run at a time and keeps its name in a module global."""
# gilcheck-corpus: assume=threaded

import threading

_current: str | None = None


def begin_run(name: str) -> None:
    global _current
    if _current is not None:
#      ^^^^^^^^^^^^^^^^^^^^ GIL102 gil-masked
        raise RuntimeError("a run is active")
    _current = name


def end_run() -> None:
    global _current
    _current = None


def attempt(name: str) -> None:
    for _ in range(40):
        try:
            begin_run(name)
        except RuntimeError:
            continue
        end_run()


def drive() -> None:
    threads = [threading.Thread(target=attempt, args=(name,)) for name in "abc"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
