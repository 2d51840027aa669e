"""The wrapper made on first use counts: what is counted in the lost one is lost."""
import threading


class Formatter:
    def __init__(self, style):
        self.style = style
        self.lines = 0
        self.first = threading.get_ident()

    def note(self, text):
        self.lines = len(text)

    def last(self):
        return self.lines


_formatter = None


def formatter():
    global _formatter
    if _formatter is None:
#      ^^^^^^^^^^^^^^^^^^ GIL103 already-racy
        _formatter = Formatter("--")
    return _formatter


def work():
    for i in range(60):
        made = formatter()
        made.note(str(i))
        made.last()


def drive():
    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
