"""Drops entries and forgets the storage's lock."""
from storage import drop


def clean(key):
    drop(key)
