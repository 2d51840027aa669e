"""Host and port are fields of a named tuple, and the global holds the whole tuple."""
# gilcheck-corpus: assume=threaded

import threading
from typing import NamedTuple


class Endpoint(NamedTuple):
    host: str
    port: int


_endpoint = Endpoint("localhost", 80)


def set_endpoint(host: str, port: int) -> None:
    global _endpoint
    _endpoint = Endpoint(host, port)


def endpoint() -> tuple[str, int]:
    current = _endpoint
    return current.host, current.port


def configure(count: int) -> None:
    for i in range(count):
        set_endpoint(f"host{i}", 8000 + i)


def connect(count: int) -> None:
    for _ in range(count):
        endpoint()


def drive() -> None:
    threads = [
        threading.Thread(target=configure, args=(80,)),
        threading.Thread(target=connect, args=(80,)),
        threading.Thread(target=connect, args=(80,)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
