"""The walrus and the store lie between acquire and the release in finally."""

import threading


class Router:
    def __init__(self) -> None:
        self._mutex = threading.Lock()
        self._routes: dict[str, str] | None = None

    def add(self, path: str, target: str) -> None:
        self._mutex.acquire()
        try:
            if (routes := self._routes) is None:
                self._routes = routes = {}
            routes[path] = target
        finally:
            self._mutex.release()


def mount(router: Router) -> None:
    for i in range(60):
        router.add(f"/page/{i}", "view")


def drive() -> None:
    router = Router()
    threads = [threading.Thread(target=mount, args=(router,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
