"""Drops entries under the storage's lock, imported by name."""
from storage import drop, lock


def clean(key):
    with lock:
        drop(key)
