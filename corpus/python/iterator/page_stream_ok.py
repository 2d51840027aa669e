"""The generator is wrapped in an iterator class whose __next__ holds a lock."""
import threading


def pages(total):
    for number in range(total):
        yield f"page-{number}"


class Serialised:
    def __init__(self, iterator):
        self._lock = threading.Lock()
        self._iterator = iterator

    def __iter__(self):
        return self

    def __next__(self):
        with self._lock:
            return next(self._iterator)


class Crawler:
    def __init__(self, total):
        self._pages = Serialised(pages(total))
        self.fetched = []

    def crawl(self):
        for page in self._pages:
            self.fetched.append(page)


def drive():
    crawler = Crawler(150)
    threads = [threading.Thread(target=crawler.crawl) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
