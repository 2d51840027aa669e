"""Replaces entries under the storage's lock."""
import storage


def replace(key, value):
    with storage.lock:
        storage.drop(key)
        storage.put(key, value)
