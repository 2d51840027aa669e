"""Threads reach one instance through a module function, never by argument."""
from concurrent.futures import ThreadPoolExecutor


class Stats:
    def __init__(self):
        self.errors = 0

    def error(self):
        self.errors += 1
#       ^^^^^^^^^^^^^^^^ GIL101 gil-masked


_default = Stats()


def default_stats():
    return _default


def parse(text):
    if not text.isdigit():
        default_stats().error()
        return None
    return int(text)


def drive():
    texts = ["1", "x", "2", "y", "z"] * 20
    with ThreadPoolExecutor(max_workers=3) as pool:
        list(pool.map(parse, texts))
