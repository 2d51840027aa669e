"""A wrapper without state of its own is made on first use: either of two will do."""
import threading


class Formatter:
    """Nothing in it changes once it is made."""

    def __init__(self, style):
        self.style = style
        self.width = len(style) * 4

    def line(self, text):
        return f"{self.style} {text:<{self.width}}"


_formatter = None


def formatter():
    global _formatter
    if _formatter is None:
        _formatter = Formatter("--")
    return _formatter


def work():
    for i in range(60):
        formatter().line(str(i))


def drive():
    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
