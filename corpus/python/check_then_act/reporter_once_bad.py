"""A once-flag with an early return; timers start the reporter from their threads."""

import threading


class Reporter:
    def __init__(self) -> None:
        self.started = False
        self.starts: list[str] = []

    def start(self) -> None:
        if self.started:
#          ^^^^^^^^^^^^ GIL102 gil-masked
            return
        self.started = True
        self.starts.append("report")


def drive() -> None:
    reporter = Reporter()
    timers = [threading.Timer(0.001, reporter.start) for _ in range(3)]
    for timer in timers:
        timer.start()
    for timer in timers:
        timer.join()
