"""The nesting depth is kept in a plain namespace: one depth for all threads."""
import threading
import types

_state = types.SimpleNamespace(depth=0)


def enter():
    _state.depth += 1
#   ^^^^^^^^^^^^^^^^^ GIL101 gil-masked


def leave():
    _state.depth -= 1
#   ^^^^^^^^^^^^^^^^^ GIL101 gil-masked


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
