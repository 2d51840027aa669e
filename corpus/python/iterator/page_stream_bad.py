"""Crawler threads loop over one shared generator of pages."""
import threading


def pages(total):
    for number in range(total):
        yield f"page-{number}"


class Crawler:
    def __init__(self, total):
        self._pages = pages(total)
        self.fetched = []

    def crawl(self):
        for page in self._pages:
#                   ^^^^^^^^^^^ GIL106 already-racy
            self.fetched.append(page)

    def safe_crawl(self):
        try:
            self.crawl()
        except ValueError:
            pass


def drive():
    crawler = Crawler(150)
    threads = [threading.Thread(target=crawler.safe_crawl) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
