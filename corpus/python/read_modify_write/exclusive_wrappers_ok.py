"""A decorator makes one of two wrappers; what one does does not meet what the other does."""
import threading


def numbered(function, guarded):
    calls = 0
    lock = threading.Lock()
    if guarded:

        def wrapper():
            nonlocal calls
            with lock:
                calls += 1
            return function()

    else:

        def wrapper():
            nonlocal calls
            calls = 0
            return function()

    return wrapper


def nothing():
    return None


first = numbered(nothing, True)
second = numbered(nothing, False)


def work():
    for _ in range(60):
        first()
        second()


def drive():
    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
