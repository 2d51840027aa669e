"""The factory function returns a new instance for each call instead of a module one."""
from concurrent.futures import ThreadPoolExecutor


class Stats:
    def __init__(self):
        self.errors = 0

    def error(self):
        self.errors += 1


def new_stats():
    return Stats()


def parse(text):
    stats = new_stats()
    for character in text:
        if not character.isdigit():
            stats.error()
    return stats.errors


def drive():
    texts = ["1", "x", "2", "y", "z"] * 20
    with ThreadPoolExecutor(max_workers=3) as pool:
        errors = sum(pool.map(parse, texts))
    return errors
