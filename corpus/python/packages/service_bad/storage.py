"""Entries, and the lock that callers of drop() and put() hold."""
import threading

lock = threading.Lock()
_entries = {}


def drop(key):
    if key in _entries:
#      ^^^^^^^^^^^^^^^ GIL102 gil-masked
        del _entries[key]


def put(key, value):
    _entries[key] = value
