"""Progress is counted by the one thread that walks as_completed()."""
from concurrent.futures import ThreadPoolExecutor, as_completed


class ProgressBar:
    def __init__(self):
        self.done = 0

    def advance(self, future):
        self.done += 1


def compress(number):
    return bytes(number)


def drive():
    progress = ProgressBar()
    with ThreadPoolExecutor(max_workers=4) as pool:
        futures = [pool.submit(compress, number) for number in range(80)]
        for future in as_completed(futures):
            progress.advance(future)
    return progress.done
