"""The main thread counts only before start() and after join()."""
import threading


class Counter:
    def __init__(self):
        self.value = 0


def work(counter):
    for _ in range(80):
        counter.value += 1


def drive():
    counter = Counter()
    for _ in range(80):
        counter.value += 1
    thread = threading.Thread(target=work, args=(counter,))
    thread.start()
    thread.join()
    for _ in range(80):
        counter.value += 1
    return counter.value
