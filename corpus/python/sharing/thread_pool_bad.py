"""multiprocessing.pool.ThreadPool runs threads, not processes: the set is shared."""
from multiprocessing.pool import ThreadPool


class LinkChecker:
    def __init__(self):
        self._seen = set()
        self.checked = []

    def check(self, url):
        if url in self._seen:
#          ^^^^^^^^^^^^^^^^^ GIL102 gil-masked
            return False
        self._seen.add(url)
        self.checked.append(url)
        return True


def drive():
    checker = LinkChecker()
    urls = [f"/page/{number % 15}" for number in range(90)]
    with ThreadPool(3) as pool:
        pool.map(checker.check, urls)
