"""Connections keep totals on their class, reached by name, type(self) and cls."""
# gilcheck-corpus: assume=threaded

from concurrent.futures import ThreadPoolExecutor


class Connection:
    opened = 0
    closed = 0
    retries = 0

    def __init__(self, host: str) -> None:
        self.host = host
        Connection.opened += 1
#       ^^^^^^^^^^^^^^^^^^^^^^ GIL101 gil-masked

    def close(self) -> None:
        type(self).closed += 1
#       ^^^^^^^^^^^^^^^^^^^^^^ GIL101 gil-masked

    @classmethod
    def note_retry(cls) -> None:
        cls.retries += 1
#       ^^^^^^^^^^^^^^^^ GIL101 gil-masked


def visit(host: str) -> str:
    connection = Connection(host)
    Connection.note_retry()
    connection.close()
    return connection.host


def drive() -> list[str]:
    hosts = [f"host{i}" for i in range(60)]
    with ThreadPoolExecutor(max_workers=3) as pool:
        return list(pool.map(visit, hosts))
