"""Counters of a connection are kept as attributes and advanced through vars()."""
import threading


class ConnectionStats:
    def __init__(self) -> None:
        self.sent = 0
        self.dropped = 0

    def count(self, what: str) -> None:
        vars(self)[what] += 1
#       ^^^^^^^^^^^^^^^^^^^^^ GIL101 gil-masked-if-builtin


def pump(stats: ConnectionStats) -> None:
    for number in range(60):
        stats.count("dropped" if number % 9 == 0 else "sent")


def drive() -> None:
    stats = ConnectionStats()
    threads = [threading.Thread(target=pump, args=(stats,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
