"""Every worker gets the very same options dict and counts in it."""
import threading

DEFAULTS = {"retries": 3, "used": 0}


def worker(options):
    for _ in range(60):
        options["used"] = options.get("used", 0) + 1
#                         ^^^^^^^^^^^^^^^^^^^^^^ GIL101 already-racy


def drive():
    options = DEFAULTS
    threads = [threading.Thread(target=worker, args=(options,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
