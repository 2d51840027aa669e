"""The lock is a property that answers with a new lock each time it is asked."""
import threading


class Progress:
    def __init__(self):
        self.done = 0

    @property
    def lock(self):
        return threading.Lock()

    def step(self):
        with self.lock:
            self.done += 1
#           ^^^^^^^^^^^^^^ GIL204 gil-masked


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
