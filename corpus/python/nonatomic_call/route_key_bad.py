"""setdefault() with a key class that has a Python __hash__ and __eq__."""
import threading


class RouteKey:
    def __init__(self, host, port):
        self.host = host
        self.port = port

    def __hash__(self):
        return hash((self.host, self.port))

    def __eq__(self, other):
        return (self.host, self.port) == (other.host, other.port)


class Router:
    def __init__(self):
        self._routes = {}

    def add(self, host, port, target):
        targets = self._routes.setdefault(RouteKey(host, port), [])
#                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ GIL107 already-racy low
        targets.append(target)


def announce(router, name):
    for number in range(60):
        router.add(f"host{number % 9}", 80, name)


def drive():
    router = Router()
    threads = [
        threading.Thread(target=announce, args=(router, f"t{n}"))
        for n in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
