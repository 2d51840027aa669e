"""'with threading.Lock()' makes a new lock on every call."""
import threading


class HitCounter:
    def __init__(self):
        self.hits = 0

    def hit(self):
        with threading.Lock():
            self.hits += 1
#           ^^^^^^^^^^^^^^ GIL204 gil-masked


def visit(counter):
    for _ in range(100):
        counter.hit()


def drive():
    counter = HitCounter()
    threads = [threading.Thread(target=visit, args=(counter,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
