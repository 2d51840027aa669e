"""A library without threads: its users register codecs from their own."""
# gilcheck-corpus: assume=threaded
import threading

_codecs = {}


def register(name, codec):
    if name in _codecs:
#      ^^^^^^^^^^^^^^^ GIL102 gil-masked
        raise ValueError(f"codec {name} is registered already")
    _codecs[name] = codec


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
