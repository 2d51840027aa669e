"""A frozen dataclass is replaced by a changed copy: two replacements, one wins."""
import threading
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Limits:
    connections: int = 0
    uploads: int = 0


class Server:
    def __init__(self) -> None:
        self.limits = Limits()

    def raise_connections(self, by: int) -> None:
        self.limits = replace(self.limits, connections=self.limits.connections + by)
#                             ^^^^^^^^^^^ GIL101 already-racy

    def raise_uploads(self, by: int) -> None:
        self.limits = replace(self.limits, uploads=self.limits.uploads + by)
#                             ^^^^^^^^^^^ GIL101 already-racy


def grow(server: Server) -> None:
    for _ in range(300):
        server.raise_connections(2)
        server.raise_uploads(1)


def drive() -> None:
    server = Server()
    threads = [threading.Thread(target=grow, args=(server,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
