"""itertools.cycle shared by all threads: only the GIL keeps its position whole."""
import itertools
import threading


class RoundRobin:
    def __init__(self, servers):
        self._turn = itertools.cycle(servers)

    def pick(self):
        return next(self._turn)
#              ^^^^^^^^^^^^^^^^ GIL106 gil-masked


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
