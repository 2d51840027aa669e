"""Threads find their object in a global table: two may find the same one."""
import threading


class Session:
    def __init__(self):
        self.hits = 0


sessions = {name: Session() for name in ("ann", "bob")}


def visit(name):
    for _ in range(60):
        sessions[name].hits += 1
#       ^^^^^^^^^^^^^^^^^^^^^^^^ GIL101 gil-masked


def drive():
    threads = [threading.Thread(target=visit, args=(n,)) for n in ("ann", "bob", "ann")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
