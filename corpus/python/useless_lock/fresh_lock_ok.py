"""The lock is made once, with the state it guards."""
import threading


class HitCounter:
    def __init__(self):
        self.hits = 0
        self.lock = threading.Lock()

    def hit(self):
        with self.lock:
            self.hits += 1


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
