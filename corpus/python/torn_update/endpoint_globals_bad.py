"""Host and port are two module globals that a setter writes and a getter joins."""
# gilcheck-corpus: assume=threaded

import threading

_host = "localhost"
_port = 80


def set_endpoint(host: str, port: int) -> None:
    global _host, _port
    _host = host
#   ^^^^^^^^^^^^ GIL104 gil-masked
    _port = port


def endpoint() -> tuple[str, int]:
    return _host, _port


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
