"""min() over a dict which is copied first; only the copy is walked."""
import threading


class Balancer:
    def __init__(self):
        self._load = {"primary": 0}

    def register(self, node):
        self._load[node] = 0

    def retire(self, node):
        self._load.pop(node, None)

    def pick(self):
        load = dict(self._load)
        return min(load, key=load.get)


def rotate(balancer, zone):
    for number in range(60):
        balancer.register(f"{zone}{number}")
        balancer.retire(f"{zone}{number}")


def route(balancer):
    for _ in range(40):
        balancer.pick()


def drive():
    balancer = Balancer()
    threads = [
        threading.Thread(target=rotate, args=(balancer, "east")),
        threading.Thread(target=rotate, args=(balancer, "west")),
        threading.Thread(target=route, args=(balancer,)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
