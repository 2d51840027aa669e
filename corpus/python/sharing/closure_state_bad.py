"""A closure keeps its counter in a nonlocal, and goes to all threads."""
import threading


def make_limiter(limit):
    used = 0

    def allow():
        nonlocal used
        used += 1
#       ^^^^^^^^^ GIL101 gil-masked
        return used < limit

    return allow


def call(allow):
    for _ in range(60):
        allow()


def drive():
    allow = make_limiter(100)
    threads = [threading.Thread(target=call, args=(allow,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
