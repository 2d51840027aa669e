"""Counts under another name of the same module."""
import stats as counters


def check():
    counters.hits += 1
#   ^^^^^^^^^^^^^^^^^^ GIL101 gil-masked
    return "ok"
