"""A balancer compares a slot with len() and then reads that slot."""

import threading


class Balancer:
    def __init__(self, servers: list[str]) -> None:
        self._servers = list(servers)

    def pick(self, slot: int) -> str | None:
        if slot < len(self._servers):
#                 ^^^^^^^^^^^^^^^^^^ GIL102 already-racy
            return self._servers[slot]
        return None

    def retire_last(self) -> str | None:
        try:
            return self._servers.pop()
        except IndexError:
            return None


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
