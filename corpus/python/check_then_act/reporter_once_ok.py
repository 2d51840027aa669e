"""A lock that is acquired without blocking and never released is the once-flag."""

import threading


class Reporter:
    def __init__(self) -> None:
        self._gate = threading.Lock()
        self.starts: list[str] = []

    def start(self) -> None:
        if not self._gate.acquire(blocking=False):
            return
        self.starts.append("report")


def drive() -> None:
    reporter = Reporter()
    timers = [threading.Timer(0.001, reporter.start) for _ in range(3)]
    for timer in timers:
        timer.start()
    for timer in timers:
        timer.join()
