"""A walrus binds the routes and tests them; the branch stores a new dict."""

import threading


class Router:
    def __init__(self) -> None:
        self._routes: dict[str, str] | None = None

    def add(self, path: str, target: str) -> None:
        if (routes := self._routes) is None:
#          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ GIL103 gil-masked
            self._routes = routes = {}
        routes[path] = target


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
