"""One function takes the lock, another gives it back, around the test and the act."""
import threading

_lock = threading.RLock()
_sinks = {"main": print}


def _take_lock():
    if _lock:
        _lock.acquire()


def _give_lock():
    if _lock:
        _lock.release()


def close(name):
    _take_lock()
    try:
        if name in _sinks:
            del _sinks[name]
    finally:
        _give_lock()


def _put(name):
    _sinks[name] = print


def open_again(name):
    _take_lock()
    _put(name)
    _give_lock()


def work():
    for _ in range(60):
        open_again("main")
        close("main")


def drive():
    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
