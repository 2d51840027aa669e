"""A proxy counts hits and misses on a stats object behind an attribute chain."""

import threading


class Stats:
    def __init__(self) -> None:
        self.hits = 0
        self.misses = 0


class CachingProxy:
    def __init__(self) -> None:
        self.stats = Stats()
        self.pages: dict[str, bytes] = {"/": b"index", "/about": b"about"}

    def fetch(self, path: str) -> bytes | None:
        page = self.pages.get(path)
        if page is None:
            self.stats.misses += 1
#           ^^^^^^^^^^^^^^^^^^^^^^ GIL101 gil-masked
            return None
        self.stats.hits += 1
#       ^^^^^^^^^^^^^^^^^^^^ GIL101 gil-masked
        return page


def client(proxy: CachingProxy) -> None:
    for _ in range(50):
        proxy.fetch("/")
        proxy.fetch("/missing")


def drive() -> None:
    proxy = CachingProxy()
    threads = [threading.Thread(target=client, args=(proxy,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
