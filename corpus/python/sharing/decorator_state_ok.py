"""The same decorator with a lock in the same closure."""
import functools
import threading


def profiled(function):
    counts = {}
    lock = threading.Lock()

    @functools.wraps(function)
    def wrapper(kind):
        with lock:
            counts[kind] = counts.get(kind, 0) + 1
        return function(kind)

    wrapper.counts = counts
    return wrapper


@profiled
def handle(kind):
    return kind.upper()


def work():
    for number in range(80):
        handle("read" if number % 3 else "write")


def drive():
    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
