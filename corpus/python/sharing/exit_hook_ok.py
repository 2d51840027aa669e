"""Workers only append; the hook that drains runs at exit, after their end."""
import atexit
import threading

_unsent = []
_sent = []


def flush():
    while _unsent:
        _sent.append(_unsent.pop())


atexit.register(flush)


def work(name):
    for number in range(40):
        _unsent.append(f"{name} {number}")


def drive():
    threads = [threading.Thread(target=work, args=(name,)) for name in ("a", "b", "c")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
