"""A helper that is given a future of unknown type hangs a callback on it."""
from concurrent.futures import ThreadPoolExecutor


class ProgressBar:
    def __init__(self):
        self.done = 0
        self.seen = 0

    def advance(self, future):
        self.done += 1
# FN: GIL101 nothing says that the futures are an executor's and not a loop's

    def look(self):
        self.seen += 1
#       ^^^^^^^^^^^^^^ GIL101 gil-masked


def follow(progress, futures):
    for future in futures.values():
        future.add_done_callback(progress.advance)


def drive():
    progress = ProgressBar()
    futures = {}
    with ThreadPoolExecutor(max_workers=4) as pool:
        for number in range(40):
            futures[number] = pool.submit(progress.look)
        follow(progress, dict(futures.items()))
    return progress.done
