"""Serves pages; the lock is imported by name, the counter used by module attribute."""
import stats
from stats import count_status, lock


def serve(path):
    with lock:
        stats.hits += 1
    count_status(200)
    return f"200 {path}"
