"""Process-wide counters."""

hits = 0
by_status = {}


def count_status(status):
    by_status[status] = by_status.get(status, 0) + 1
#                       ^^^^^^^^^^^^^^^^^^^^^^^^ GIL101 already-racy
