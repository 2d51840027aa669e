"""A thread and the main thread hand the same work to one retry function."""
import threading


class Report:
    def __init__(self):
        self.lines = 0

    def add(self):
        self.lines += 1
#       ^^^^^^^^^^^^^^^ GIL101 gil-masked


def retry(action):
    for _ in range(30):
        action()


def check(report):
    retry(report.add)


def drive():
    report = Report()
    thread = threading.Thread(target=check, args=(report,))
    thread.start()
    retry(report.add)
    thread.join()
    return report.lines
