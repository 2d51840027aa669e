"""The starting thread counts too, between start() and join() of its worker."""
# gilcheck-corpus: assume=single

import threading


class Progress:
    def __init__(self) -> None:
        self.copied = 0


def copy_files(progress: Progress, count: int) -> None:
    for _ in range(count):
        progress.copied += 1
#       ^^^^^^^^^^^^^^^^^^^^ GIL101 gil-masked


def drive() -> None:
    progress = Progress()
    worker = threading.Thread(target=copy_files, args=(progress, 80))
    worker.start()
    for _ in range(80):
        progress.copied += 1
#       ^^^^^^^^^^^^^^^^^^^^ GIL101 gil-masked
    worker.join()
