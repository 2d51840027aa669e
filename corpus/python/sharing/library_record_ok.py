"""A library class without lock or module instance: objects are their user's."""
# gilcheck-corpus: assume=threaded
import threading


class Record:
    separator = ": "

    def __init__(self, text):
        self.text = text
        self.revision = 0

    def stamp(self):
        self.revision += 1
        self.text = f"{self.revision}{self.separator}{self.text}"
        return self.text


def use(method):
    for number in range(50):
        getattr(Record(f"text {number}"), method)()


def drive():
    threads = [threading.Thread(target=use, args=("stamp",)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
