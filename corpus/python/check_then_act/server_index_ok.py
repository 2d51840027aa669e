"""Readers take one reference to a tuple; a writer replaces the tuple under a lock."""

import threading


class Balancer:
    def __init__(self, servers: list[str]) -> None:
        self._lock = threading.Lock()
        self._servers: tuple[str, ...] = tuple(servers)

    def pick(self, slot: int) -> str | None:
        servers = self._servers
        if slot < len(servers):
            return servers[slot]
        return None

    def retire_last(self) -> None:
        with self._lock:
            self._servers = self._servers[:-1]


def route(balancer: Balancer) -> None:
    for slot in range(60):
        balancer.pick(slot % 10)


def shrink(balancer: Balancer) -> None:
    for _ in range(10):
        balancer.retire_last()


def drive() -> None:
    balancer = Balancer([f"10.0.0.{i}" for i in range(10)])
    threads = [
        threading.Thread(target=route, args=(balancer,)),
        threading.Thread(target=route, args=(balancer,)),
        threading.Thread(target=shrink, args=(balancer,)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
