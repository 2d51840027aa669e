"""Each thread makes a closure of its own, so each nonlocal belongs to one thread."""
import threading


def make_limiter(limit):
    used = 0

    def allow():
        nonlocal used
        used += 1
        return used < limit

    return allow


def call(limit):
    allow = make_limiter(limit)
    for _ in range(60):
        allow()


def drive():
    threads = [threading.Thread(target=call, args=(100,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
