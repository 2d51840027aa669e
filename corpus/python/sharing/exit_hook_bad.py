"""The flush registered with atexit is called by worker threads as well."""
import atexit
import threading

_unsent = [f"event {number}" for number in range(50)]
_sent = []


def flush():
    if _unsent:
#      ^^^^^^^ GIL102 gil-masked
        _sent.append(_unsent.pop())


atexit.register(flush)


def work():
    for _ in range(10):
        try:
            flush()
        except IndexError:
            pass


def drive():
    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
