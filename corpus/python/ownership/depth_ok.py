"""The nesting depth is kept in a threading.local: each thread has its own."""
import threading

_state = threading.local()


def enter():
    _state.depth = getattr(_state, "depth", 0) + 1


def leave():
    _state.depth -= 1
    if _state.depth == 0:
        del _state.depth


def nested(levels):
    for _ in range(levels):
        enter()
    for _ in range(levels):
        leave()


def drive():
    threads = [threading.Thread(target=nested, args=(60,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
