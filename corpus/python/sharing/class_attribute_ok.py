"""self.retries += 1 reads the class default and writes the thread's own instance."""
import threading


class Request:
    retries = 0

    def __init__(self, path):
        self.path = path

    def retry(self):
        self.retries += 1
        return self.retries < 5


def fetch(path):
    for _ in range(30):
        request = Request(path)
        while request.retry():
            continue


def drive():
    threads = [
        threading.Thread(target=fetch, args=(path,))
        for path in ("/a", "/b", "/c")
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
