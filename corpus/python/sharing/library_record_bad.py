"""A library class keeps a counter on the class: all users' instances share it."""
# gilcheck-corpus: assume=threaded
import threading


class Record:
    _sequence = 0

    def __init__(self, text):
        self.text = text
        self.stamped = False

    def stamp(self):
        Record._sequence += 1
#       ^^^^^^^^^^^^^^^^^^^^^ GIL101 gil-masked
        self.stamped = True


def use(method):
    for number in range(50):
        getattr(Record(f"text {number}"), method)()


def drive():
    threads = [threading.Thread(target=use, args=("stamp",)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
