"""A library makes its default pool on first use and keeps it in a global."""
# gilcheck-corpus: assume=threaded

import threading


class Pool:
    def __init__(self, size: int) -> None:
        self.free = [f"conn{i}" for i in range(size)]


_default_pool: Pool | None = None


def default_pool() -> Pool:
    global _default_pool
    if _default_pool is None:
#      ^^^^^^^^^^^^^^^^^^^^^ GIL103 already-racy high
        _default_pool = Pool(4)
    return _default_pool


def use(count: int) -> None:
    for _ in range(count):
        default_pool()


def drive() -> None:
    threads = [threading.Thread(target=use, args=(40,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
