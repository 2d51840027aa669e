"""The property answers with the one lock made in __init__."""
import threading


class Progress:
    def __init__(self):
        self._lock = threading.Lock()
        self.done = 0

    @property
    def lock(self):
        return self._lock

    def step(self):
        with self.lock:
            self.done += 1


def work(progress):
    for _ in range(80):
        progress.step()


def drive():
    progress = Progress()
    threads = [threading.Thread(target=work, args=(progress,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
