"""A logger counts records through a local alias of its shared dict."""

import threading


class CountingLogger:
    def __init__(self) -> None:
        self._counts: dict[str, int] = {"info": 0, "error": 0}
        self.lines: list[str] = []

    def log(self, severity: str, text: str) -> None:
        counts = self._counts
        counts[severity] = counts[severity] + 1
#                          ^^^^^^^^^^^^^^^^ GIL101 gil-masked
        self.lines.append(text)


def work(logger: CountingLogger) -> None:
    for i in range(60):
        logger.log("info", f"step {i}")
    logger.log("error", "out of steps")


def drive() -> None:
    logger = CountingLogger()
    threads = [threading.Thread(target=work, args=(logger,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
