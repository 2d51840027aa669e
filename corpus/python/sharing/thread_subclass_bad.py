"""run() of a Thread subclass counts on an object that all workers were given."""
import threading


class Summary:
    def __init__(self):
        self.words = 0


class Scanner(threading.Thread):
    def __init__(self, summary, text):
        super().__init__()
        self.summary = summary
        self.text = text

    def run(self):
        for line in self.text:
            self.summary.words += len(line.split())
#           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ GIL101 already-racy


def drive():
    summary = Summary()
    scanners = [Scanner(summary, ["one two three"] * 60) for _ in range(3)]
    for scanner in scanners:
        scanner.start()
    for scanner in scanners:
        scanner.join()
    return summary.words
