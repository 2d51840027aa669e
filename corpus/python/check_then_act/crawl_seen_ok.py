"""The guard with continue and the mark lie in one critical section."""

import threading


class Crawler:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seen: set[str] = set()
        self.fetched: list[str] = []

    def crawl(self, urls: list[str]) -> None:
        for url in urls:
            with self._lock:
                if url in self._seen:
                    continue
                self._seen.add(url)
            self.fetched.append(url)


def drive() -> list[str]:
    crawler = Crawler()
    urls = [f"https://example.org/{i}" for i in range(60)]
    threads = [threading.Thread(target=crawler.crawl, args=(urls,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return crawler.fetched
