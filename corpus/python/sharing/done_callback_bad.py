"""add_done_callback runs the callback in the worker that finished the future."""
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
        for number in range(80):
            pool.submit(compress, number).add_done_callback(progress.advance)
    return progress.done
