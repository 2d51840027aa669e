"""The function registered to run in the child of a fork is called by a thread as well."""
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


def _drop_all():
    _jobs.clear()
#   ^^^^^^^^^^^^^ GIL201 already-racy


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_drop_all)


def work(name):
    for i in range(40):
        add(f"{name}{i}")
        try:
            total()
        except RuntimeError:
            pass
        if i % 20 == 0:
            _drop_all()


def drive():
    threads = [threading.Thread(target=work, args=(name,)) for name in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
