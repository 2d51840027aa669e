"""Threads and the main thread use one retry function, each with its own work."""
import threading


class Report:
    def __init__(self):
        self.lines = 0

    def add(self):
        self.lines += 1


def retry(action):
    for _ in range(3):
        action()


def ping():
    return len("ping")


def check():
    retry(ping)


def drive():
    report = Report()
    thread = threading.Thread(target=check)
    thread.start()
    retry(report.add)
    thread.join()
    return report.lines
