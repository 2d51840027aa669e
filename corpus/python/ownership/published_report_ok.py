"""The maker finishes its fresh report before publishing it; later it is only read."""
import threading

_open_reports = []


class Report:
    def __init__(self):
        self.lines = 0


def open_report():
    report = Report()
    report.lines += 1
    _open_reports.append(report)


def longest():
    return max((report.lines for report in list(_open_reports)), default=0)


def write():
    for _ in range(40):
        open_report()


def measure():
    for _ in range(10):
        longest()


def drive():
    threads = [
        threading.Thread(target=write),
        threading.Thread(target=write),
        threading.Thread(target=measure),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
