"""min() over a live dict, keyed by its own get: one C call, whole only with the GIL."""
import threading


class Balancer:
    def __init__(self):
        self._load = {"primary": 0}

    def register(self, node):
        self._load[node] = 0

    def retire(self, node):
        self._load.pop(node, None)

    def pick(self):
        return min(self._load, key=self._load.get)
#                  ^^^^^^^^^^ GIL105 gil-masked


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
