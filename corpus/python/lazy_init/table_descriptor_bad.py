"""A lazy descriptor keeps its value on itself: one value for all threads to make."""
# gilcheck-corpus: assume=threaded

import threading


class Table:
    def __init__(self, name: str) -> None:
        self.name = name
        self.rows: list[str] = []


class LazyTable:
    def __init__(self, name: str) -> None:
        self.name = name
        self.value: Table | None = None

    def __get__(self, obj: object, owner: type | None = None) -> Table:
        if self.value is None:
#          ^^^^^^^^^^^^^^^^^^ GIL103 already-racy
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
