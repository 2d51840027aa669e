"""A count and a modulo over an immutable tuple instead of itertools.cycle."""
import itertools
import threading


class RoundRobin:
    def __init__(self, servers):
        self._servers = tuple(servers)
        self._turn = itertools.count()

    def pick(self):
        return self._servers[next(self._turn) % len(self._servers)]


def request(balancer, picked):
    for _ in range(60):
        picked.append(balancer.pick())


def drive():
    balancer = RoundRobin(["a:80", "b:80", "c:80"])
    picked = []
    threads = [
        threading.Thread(target=request, args=(balancer, picked))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
