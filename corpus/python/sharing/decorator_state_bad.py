"""A profiling decorator counts calls in a dict of its closure."""
import functools
import threading


def profiled(function):
    counts = {}

    @functools.wraps(function)
    def wrapper(kind):
        counts[kind] = counts.get(kind, 0) + 1
#                      ^^^^^^^^^^^^^^^^^^^ GIL101 already-racy
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
