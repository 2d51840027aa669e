"""Every thread stores the same flag and does nothing else: the second store changes nothing."""
import threading


class Progress:
    def __init__(self):
        self.started = False

    def begin(self):
        if not self.started:
            self.started = True


def work(progress):
    for _ in range(60):
        progress.begin()


def drive():
    progress = Progress()
    threads = [threading.Thread(target=work, args=(progress,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
