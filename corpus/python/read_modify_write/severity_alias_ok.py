"""Both the dict and its lock are reached through local aliases."""

import threading


class CountingLogger:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: dict[str, int] = {"info": 0, "error": 0}
        self.lines: list[str] = []

    def log(self, severity: str, text: str) -> None:
        lock = self._lock
        counts = self._counts
        with lock:
            counts[severity] = counts[severity] + 1
        self.lines.append(text)

    def reset(self) -> None:
        with self._lock:
            self._counts["info"] = 0
            self._counts["error"] = 0


def work(logger: CountingLogger) -> None:
    for i in range(60):
        logger.log("info", f"step {i}")
    logger.log("error", "out of steps")
    logger.reset()


def drive() -> None:
    logger = CountingLogger()
    threads = [threading.Thread(target=work, args=(logger,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
