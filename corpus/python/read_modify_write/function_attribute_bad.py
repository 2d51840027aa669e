"""A template function counts its own calls in a function attribute."""
# gilcheck-corpus: assume=threaded

import threading


def render(name: str) -> str:
    render.calls += 1
#   ^^^^^^^^^^^^^^^^^ GIL101 gil-masked
    return "Hello, " + name


render.calls = 0


def serve(count: int) -> None:
    for _ in range(count):
        render("world")


def drive() -> None:
    threads = [threading.Thread(target=serve, args=(100,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
