"""A table is computed on first use and then added to: what went into the lost one is lost."""
import threading

_DIGITS = "0123456789abcdef"
_table = None


def decode(text):
    global _table
    if _table is None:
#      ^^^^^^^^^^^^^^ GIL103 already-racy
        _table = {a + b: int(a + b, 16) for a in _DIGITS for b in _DIGITS}
    found = _table.get(text)
    _table[text] = 0 if found is None else found
    return found


def work():
    for i in range(40):
        decode(f"{i:04x}")


def drive():
    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
