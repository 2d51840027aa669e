"""Each thread makes the object it counts on, and publishes the count at the end."""
import threading


class Session:
    def __init__(self):
        self.hits = 0


totals = {}


def visit(name):
    session = Session()
    for _ in range(60):
        session.hits += 1
    totals[name] = session.hits


def drive():
    threads = [threading.Thread(target=visit, args=(n,)) for n in ("ann", "bob", "cay")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
