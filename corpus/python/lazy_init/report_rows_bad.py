"""An AttributeError in try says that the rows are not there yet; except makes them."""

import threading


class Report:
    def rows(self) -> dict[str, int]:
        try:
            return self._rows
#                  ^^^^^^^^^^ GIL103 gil-masked
        except AttributeError:
            self._rows: dict[str, int] = {}
            return self._rows


def fill(report: Report) -> None:
    for i in range(60):
        report.rows()[f"row{i}"] = i


def drive() -> None:
    report = Report()
    threads = [threading.Thread(target=fill, args=(report,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
