"""A proxy asks for a remote's methods in __getattr__; each thread remembers its own."""
import threading
from collections.abc import Callable


class Remote:
    def __init__(self, address: str) -> None:
        self._address = address
        self._own = threading.local()

    def _ask(self, name: str) -> Callable[[], str]:
        return lambda: f"{name} of {self._address}"

    def __getattr__(self, name: str) -> Callable[[], str]:
        known = self._own.__dict__
        if name not in known:
            known[name] = self._ask(name)
        return known[name]


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
