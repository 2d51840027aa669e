"""The lazy descriptor has a lock beside the value: one lock for the one value."""
# gilcheck-corpus: assume=threaded

import threading


class Table:
    def __init__(self, name: str) -> None:
        self.name = name
        self.rows: list[str] = []


class LazyTable:
    def __init__(self, name: str) -> None:
        self.name = name
        self._lock = threading.Lock()
        self.value: Table | None = None

    def __get__(self, obj: object, owner: type | None = None) -> Table:
        with self._lock:
            if self.value is None:
                self.value = Table(self.name)
            return self.value


class Database:
    users = LazyTable("users")


def query(count: int) -> None:
    database = Database()
    for _ in range(count):
        database.users.rows.append("row")


def drive() -> None:
    threads = [threading.Thread(target=query, args=(40,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
