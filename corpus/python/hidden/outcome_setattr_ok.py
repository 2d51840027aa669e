"""Outcome totals by computed names: each worker has its own, summed after the join."""
import threading


class Outcomes:
    def __init__(self) -> None:
        self.passed_total = 0
        self.failed_total = 0

    def record(self, outcome: str) -> None:
        name = f"{outcome}_total"
        seen = getattr(self, name)
        setattr(self, name, seen + 1)


def run_suite(results: list[Outcomes]) -> None:
    outcomes = Outcomes()
    for number in range(60):
        outcomes.record("failed" if number % 7 == 0 else "passed")
    results.append(outcomes)


def drive() -> None:
    results: list[Outcomes] = []
    threads = [threading.Thread(target=run_suite, args=(results,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sum(outcomes.passed_total for outcomes in results)
