"""Each host has a shard with a lock of its own; the shard is locked, not the table."""

import threading


class Shard:
    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.paths: dict[str, int] = {"/": 0, "/feed": 0}


class HitTable:
    def __init__(self, hosts: list[str]) -> None:
        self.shards: dict[str, Shard] = {host: Shard() for host in hosts}

    def hit(self, host: str, path: str) -> None:
        shard = self.shards[host]
        with shard.lock:
            shard.paths[path] += 1


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
