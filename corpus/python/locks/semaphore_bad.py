"""A semaphore with four permits limits, it does not exclude."""
import threading


class Downloader:
    def __init__(self):
        self._slots = threading.BoundedSemaphore(4)
        self.finished = 0

    def download(self, url):
        with self._slots:
            self.finished += 1
#           ^^^^^^^^^^^^^^^^^^ GIL101 gil-masked
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
