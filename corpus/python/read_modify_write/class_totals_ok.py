"""One class-level lock, reached by three spellings, guards the class totals."""
# gilcheck-corpus: assume=threaded

import threading
from concurrent.futures import ThreadPoolExecutor


class Connection:
    _lock = threading.Lock()
    opened = 0
    closed = 0
    retries = 0

    def __init__(self, host: str) -> None:
        self.host = host
        self.uses = 0
        self.uses += 1
        with Connection._lock:
            Connection.opened += 1

    def close(self) -> None:
        with type(self)._lock:
            type(self).closed += 1

    @classmethod
    def note_retry(cls) -> None:
        with cls._lock:
            cls.retries += 1


def visit(host: str) -> str:
    connection = Connection(host)
    Connection.note_retry()
    connection.close()
    return connection.host


def drive() -> list[str]:
    hosts = [f"host{i}" for i in range(60)]
    with ThreadPoolExecutor(max_workers=3) as pool:
        return list(pool.map(visit, hosts))
