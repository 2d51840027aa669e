"""A table of constants is computed on first use and never changed: equal, whoever made it."""
import threading

_DIGITS = "0123456789abcdef"
_table = None


def decode(text):
    global _table
    if _table is None:
        _table = {a + b: int(a + b, 16) for a in _DIGITS for b in _DIGITS}
    return [_table[text[i : i + 2]] for i in range(0, len(text) - 1, 2)]


def work():
    for i in range(40):
        decode(f"{i:04x}")


def drive():
    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
