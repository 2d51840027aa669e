"""Every thread has its own crawler, and all find one dict in their class."""
import threading


class Crawler:
    visits: dict[str, int] = {}

    def __init__(self, host: str) -> None:
        self.host = host

    def visit(self) -> None:
        self.visits[self.host] = self.visits.get(self.host, 0) + 1
#                                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ GIL101 already-racy


def crawl(host: str) -> None:
    crawler = Crawler(host)
    for _ in range(50):
        crawler.visit()


def drive() -> None:
    threads = [threading.Thread(target=crawl, args=("localhost",)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
