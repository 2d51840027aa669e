"""setdefault() with a tuple of builtin values as key."""
import threading


class Router:
    def __init__(self):
        self._routes = {}

    def add(self, host, port, target):
        targets = self._routes.setdefault((str(host), int(port)), [])
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
