"""The lookup in try is dict.pop, so the else branch has nothing left to do."""
# gilcheck-corpus: assume=single

import threading


class LeaseTable:
    def __init__(self) -> None:
        self._owners: dict[str, str] = {}

    def take(self, name: str, owner: str) -> None:
        self._owners[name] = owner

    def release(self, name: str) -> str | None:
        try:
            owner = self._owners.pop(name)
        except KeyError:
            return None
        else:
            return owner


def work(table: LeaseTable) -> None:
    for i in range(60):
        table.take(f"lease{i}", "worker")
        table.release(f"lease{i}")


def drive() -> None:
    table = LeaseTable()
    threads = [threading.Thread(target=work, args=(table,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
