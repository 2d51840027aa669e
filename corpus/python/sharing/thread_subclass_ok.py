"""run() counts on self, which is one thread's; the sum is taken after the joins."""
import threading


class Scanner(threading.Thread):
    def __init__(self, text):
        super().__init__()
        self.text = text
        self.words = 0

    def run(self):
        for line in self.text:
            self.words += len(line.split())


def drive():
    scanners = [Scanner(["one two three"] * 60) for _ in range(3)]
    for scanner in scanners:
        scanner.start()
    for scanner in scanners:
        scanner.join()
    return sum(scanner.words for scanner in scanners)
