"""What is registered to run in the child of a fork has no other thread beside it."""
import os
import threading

_lock = threading.Lock()
_jobs = {}


def add(name):
    with _lock:
        if name not in _jobs:
            _jobs[name] = len(_jobs)


def total():
    with _lock:
        return sum(number for number in _jobs.values())


def _reset_in_child():
    global _lock
    _lock = threading.Lock()
    _drop_all()


def _drop_all():
    for name in list(_jobs):
        del _jobs[name]


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_reset_in_child)


def work(name):
    for i in range(40):
        add(f"{name}{i}")
        total()


def drive():
    threads = [threading.Thread(target=work, args=(name,)) for name in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
