"""hasattr() asks a threading.local, where no other thread can answer."""
# gilcheck-corpus: assume=threaded

import threading

_local = threading.local()


def write(line: str) -> None:
    if not hasattr(_local, "lines"):
        _local.lines = []
    _local.lines.append(line)


def talk(count: int) -> None:
    for i in range(count):
        write(f"line {i}")


def drive() -> None:
    threads = [threading.Thread(target=talk, args=(60,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
