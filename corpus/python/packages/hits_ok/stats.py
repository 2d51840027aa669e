"""Process-wide counters and their lock."""
import threading

hits = 0
by_status = {}
lock = threading.Lock()


def count_status(status):
    with lock:
        by_status[status] = by_status.get(status, 0) + 1
