"""Duplicates are removed before the ThreadPool starts."""
from multiprocessing.pool import ThreadPool


class LinkChecker:
    def __init__(self):
        self._seen = set()
        self.checked = []

    def fresh(self, url):
        if url in self._seen:
            return False
        self._seen.add(url)
        return True

    def check(self, url):
        self.checked.append(url)
        return True

    def check_all(self, urls):
        fresh = [url for url in urls if self.fresh(url)]
        with ThreadPool(3) as pool:
            return pool.map(self.check, fresh)


def drive():
    checker = LinkChecker()
    checker.check_all([f"/page/{number % 15}" for number in range(90)])
