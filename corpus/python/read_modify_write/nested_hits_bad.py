"""Page hits live in a dict of dicts; the inner item is incremented in place."""

import threading


class HitTable:
    def __init__(self, hosts: list[str]) -> None:
        self.by_host: dict[str, dict[str, int]] = {
            host: {"/": 0, "/feed": 0} for host in hosts
        }

    def hit(self, host: str, path: str) -> None:
        self.by_host[host][path] += 1
#       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ GIL101 gil-masked


def browse(table: HitTable) -> None:
    for _ in range(60):
        table.hit("a.example", "/")
        table.hit("b.example", "/feed")


def drive() -> None:
    table = HitTable(["a.example", "b.example"])
    threads = [threading.Thread(target=browse, args=(table,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
