"""Counters of a connection are attributes, advanced through vars() with a lock."""
import threading


class ConnectionStats:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.sent = 0
        self.dropped = 0

    def count(self, lost: bool) -> None:
        with self._lock:
            vars(self)["sent"] += 1
            if lost:
                vars(self)["dropped"] += 1


def pump(stats: ConnectionStats) -> None:
    for number in range(60):
        stats.count(number % 9 == 0)


def drive() -> None:
    stats = ConnectionStats()
    threads = [threading.Thread(target=pump, args=(stats,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
