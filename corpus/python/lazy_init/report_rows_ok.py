"""Every thread makes a report of its own and puts it into a queue when it is full."""

import queue
import threading


class Report:
    def rows(self) -> dict[str, int]:
        try:
            return self._rows
        except AttributeError:
            self._rows: dict[str, int] = {}
            return self._rows


def fill(finished: "queue.Queue[Report]") -> None:
    report = Report()
    for i in range(60):
        report.rows()[f"row{i}"] = i
    finished.put(report)


def drive() -> int:
    finished: "queue.Queue[Report]" = queue.Queue()
    threads = [threading.Thread(target=fill, args=(finished,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum([len(finished.get().rows()) for _ in threads])
