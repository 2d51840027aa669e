"""Outcome totals: the attribute's name is computed from the outcome."""
import threading


class Outcomes:
    def __init__(self) -> None:
        self.passed_total = 0
        self.failed_total = 0

    def record(self, outcome: str) -> None:
        name = f"{outcome}_total"
        seen = getattr(self, name)
# FN: GIL101 the attribute's name is computed
        setattr(self, name, seen + 1)


def run_suite(outcomes: Outcomes) -> None:
    for number in range(60):
        outcomes.record("failed" if number % 7 == 0 else "passed")


def drive() -> None:
    outcomes = Outcomes()
    threads = [threading.Thread(target=run_suite, args=(outcomes,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
