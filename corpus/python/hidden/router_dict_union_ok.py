"""Routes are copied on write with `|` under a lock; readers need none."""
import threading
from collections.abc import Callable

Handler = Callable[[], str]


class Router:
    def __init__(self) -> None:
        self._routes: dict[str, Handler] = {}
        self._adding = threading.Lock()

    def add(self, path: str, handler: Handler) -> None:
        with self._adding:
            self._routes = self._routes | {path: handler}

    def match(self, path: str) -> Handler | None:
        return self._routes.get(path)


def register(router: Router, prefix: str) -> None:
    for number in range(40):
        router.add(f"/{prefix}/{number}", lambda: prefix)
        router.match(f"/{prefix}/0")


def drive() -> None:
    router = Router()
    threads = [
        threading.Thread(target=register, args=(router, "users")),
        threading.Thread(target=register, args=(router, "items")),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
