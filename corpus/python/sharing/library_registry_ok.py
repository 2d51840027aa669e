"""The same library API with setdefault() in place of check and store."""
# gilcheck-corpus: assume=threaded
import threading

_codecs = {}


def register(name, codec):
    if _codecs.setdefault(name, codec) is not codec:
        raise ValueError(f"codec {name} is registered already")


def lookup(name):
    return _codecs.get(name)


def call_by_name(function, name):
    try:
        globals()[function](name, str.encode)
    except ValueError:
        pass


def drive():
    for number in range(20):
        threads = [
            threading.Thread(target=call_by_name, args=("register", f"codec{number}"))
            for _ in range(2)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
