"""The same counter and the same lock under another name of the module."""
import stats as counters


def check():
    with counters.lock:
        counters.hits += 1
    return "ok"
