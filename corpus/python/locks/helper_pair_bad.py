"""One function takes the lock, another gives it back, but before the test and the act."""
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
    print(end="")
    _give_lock()
    if name in _sinks:
#      ^^^^^^^^^^^^^^ GIL102 gil-masked
        del _sinks[name]


def open_again(name):
    _take_lock()
    _sinks[name] = print
    _give_lock()


def work():
    for _ in range(60):
        open_again("main")
        try:
            close("main")
        except KeyError:
            pass


def drive():
    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
