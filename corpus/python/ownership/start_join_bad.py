"""The main thread counts between start() and join() of the thread that counts too."""
import threading


class Counter:
    def __init__(self):
        self.value = 0


def work(counter):
    for _ in range(80):
        counter.value += 1
#       ^^^^^^^^^^^^^^^^^^ GIL101 gil-masked


def drive():
    counter = Counter()
    thread = threading.Thread(target=work, args=(counter,))
    thread.start()
    for _ in range(80):
        counter.value += 1
#       ^^^^^^^^^^^^^^^^^^ GIL101 gil-masked
    thread.join()
    return counter.value
