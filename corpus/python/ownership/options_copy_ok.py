"""Every worker gets a copy of the options dict and counts in that."""
import threading

DEFAULTS = {"retries": 3, "used": 0}


def worker(options):
    for _ in range(60):
        options["used"] = options.get("used", 0) + 1


def drive():
    threads = [
        threading.Thread(target=worker, args=(dict(DEFAULTS),))
        for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
