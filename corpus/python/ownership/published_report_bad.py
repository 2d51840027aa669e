"""A fresh report is published in a module list and then still changed by its maker."""
import threading

_open_reports = []


class Report:
    def __init__(self):
        self.lines = 0


def open_report():
    report = Report()
    _open_reports.append(report)
    report.lines += 1
#   ^^^^^^^^^^^^^^^^^ GIL101 gil-masked


def annotate_all():
    for report in list(_open_reports):
        report.lines += 1
#       ^^^^^^^^^^^^^^^^^ GIL101 gil-masked


def write():
    for _ in range(40):
        open_report()


def annotate():
    for _ in range(10):
        annotate_all()


def drive():
    threads = [
        threading.Thread(target=write),
        threading.Thread(target=annotate),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
