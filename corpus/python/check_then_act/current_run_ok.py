"""The one run at a time is per thread: the name is kept in a threading.local."""
# gilcheck-corpus: assume=threaded

import threading


class _Runs(threading.local):
    current: str | None = None


_runs = _Runs()


def begin_run(name: str) -> None:
    if _runs.current is not None:
        raise RuntimeError("a run is active in this thread")
    _runs.current = name


def end_run() -> None:
    _runs.current = None


def attempt(name: str) -> None:
    for _ in range(40):
        begin_run(name)
        end_run()


def drive() -> None:
    threads = [threading.Thread(target=attempt, args=(name,)) for name in "abc"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
