"""Semaphores with a single permit, which is the default, are mutexes."""
import threading


class Downloader:
    def __init__(self):
        self._mutex = threading.BoundedSemaphore(1)
        self._log_mutex = threading.Semaphore()
        self.finished = 0
        self.longest = 0

    def download(self, url):
        with self._mutex:
            self.finished += 1
        with self._log_mutex:
            if len(url) > self.longest:
                self.longest = len(url)
        return url


def fetch(downloader):
    for number in range(60):
        downloader.download(f"/file/{number}")


def drive():
    downloader = Downloader()
    threads = [threading.Thread(target=fetch, args=(downloader,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
