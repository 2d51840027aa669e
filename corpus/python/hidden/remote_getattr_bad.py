"""A proxy asks for a remote's methods in __getattr__ and remembers them."""
import threading
from collections.abc import Callable


class Remote:
    def __init__(self, address: str) -> None:
        self._address = address
        self._known: dict[str, Callable[[], str]] = {}

    def _ask(self, name: str) -> Callable[[], str]:
        return lambda: f"{name} of {self._address}"

    def __getattr__(self, name: str) -> Callable[[], str]:
        if name not in self._known:
# FN: GIL102 __getattr__ is called by no call that can be seen
            self._known[name] = self._ask(name)
        return self._known[name]


def call(remote: Remote) -> None:
    for _ in range(30):
        remote.status()
        remote.version()


def drive() -> None:
    remote = Remote("localhost")
    threads = [threading.Thread(target=call, args=(remote,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
