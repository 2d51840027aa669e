"""Every thread has its own crawler, with a dict that hides the class's."""
import threading


class Crawler:
    visits: dict[str, int] = {}

    def __init__(self, host: str) -> None:
        self.host = host
        self.visits = {}

    def visit(self) -> None:
        self.visits[self.host] = self.visits.get(self.host, 0) + 1


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
