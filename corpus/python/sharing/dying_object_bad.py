"""__del__ counts down what all objects share, in whichever thread drops one."""
import threading


class Buffer:
    live = 0

    def __init__(self, size):
        self.data = bytearray(size)
        Buffer.live += 1
#       ^^^^^^^^^^^^^^^^ GIL101 gil-masked

    def __del__(self):
        Buffer.live -= 1
#       ^^^^^^^^^^^^^^^^ GIL101 gil-masked


def make_and_drop():
    for size in range(60):
        buffer = Buffer(size)
        del buffer


def drive():
    threads = [threading.Thread(target=make_and_drop) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
