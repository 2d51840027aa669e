"""Functions on a module registry are wrapped with the module lock, all but one."""
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


def close_session(name):
    if name in _sessions:
#      ^^^^^^^^^^^^^^^^^ GIL102 gil-masked
        del _sessions[name]


def work():
    for number in range(60):
        open_session(f"s{number % 4}")
        try:
            close_session(f"s{number % 4}")
        except KeyError:
            pass


def drive():
    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
