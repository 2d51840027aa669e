"""The futures are an executor's, kept in a list: their callbacks run in its threads."""
from concurrent.futures import ThreadPoolExecutor


class ProgressBar:
    def __init__(self):
        self.done = 0

    def advance(self, future):
        self.done += 1
#       ^^^^^^^^^^^^^^ GIL101 gil-masked


def compress(number):
    return bytes(number)


def drive():
    progress = ProgressBar()
    with ThreadPoolExecutor(max_workers=4) as pool:
        futures = [pool.submit(compress, number) for number in range(80)]
        for future in futures:
            future.add_done_callback(progress.advance)
    return progress.done
