"""The starting thread counts before start() and after join(): both are ordered."""
# gilcheck-corpus: assume=single

import threading


class Progress:
    def __init__(self) -> None:
        self.copied = 0


def copy_files(progress: Progress, count: int) -> None:
    for _ in range(count):
        progress.copied += 1


def drive() -> None:
    progress = Progress()
    progress.copied += 1
    worker = threading.Thread(target=copy_files, args=(progress, 80))
    worker.start()
    worker.join()
    progress.copied += 1
