"""A decorator makes a wrapper and its reset together: they meet on one count."""
import threading


def numbered(function):
    calls = 0
    lock = threading.Lock()

    def wrapper():
        nonlocal calls
        with lock:
            calls += 1
        return function()

    def reset():
        nonlocal calls
        calls = 0
#       ^^^^^^^^^ GIL201 gil-masked

    return wrapper, reset


def nothing():
    return None


first, reset = numbered(nothing)


def work():
    for _ in range(60):
        first()
        reset()


def drive():
    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
