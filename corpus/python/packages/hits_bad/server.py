"""Serves pages and counts them by attribute of the stats module."""
import stats
from stats import count_status


def serve(path):
    stats.hits += 1
#   ^^^^^^^^^^^^^^^ GIL101 gil-masked
    count_status(200)
    return f"200 {path}"
