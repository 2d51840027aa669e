"""The function attribute is counted under a module lock."""
# gilcheck-corpus: assume=threaded

import threading

_render_lock = threading.Lock()


def render(name: str) -> str:
    with _render_lock:
        render.calls += 1
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
