"""Every function on the module registry is wrapped with the module lock."""
import functools
import threading

_lock = threading.Lock()
_sessions = {}


def locked(function):
    @functools.wraps(function)
    def wrapper(*args):
        with _lock:
            return function(*args)

    return wrapper


@locked
def open_session(name):
    _sessions[name] = "open"


@locked
def close_session(name):
    if name in _sessions:
        del _sessions[name]


def work():
    for number in range(60):
        open_session(f"s{number % 4}")
        close_session(f"s{number % 4}")


def drive():
    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
