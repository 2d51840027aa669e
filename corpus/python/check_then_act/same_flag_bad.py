"""The flag lets the greeting out once; two threads pass the test and greet twice."""
import threading


class Progress:
    def __init__(self):
        self.started = False
        self.lines = []

    def begin(self):
        if not self.started:
#          ^^^^^^^^^^^^^^^^ GIL102 gil-masked
            self.started = True
            self.lines.append("started")


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
