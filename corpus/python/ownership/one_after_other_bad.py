"""All stages are started before the first one is joined."""
import threading

_pages = {}


def stage(number):
    for page in range(50):
        _pages[page] = _pages.get(page, 0) + number
#                      ^^^^^^^^^^^^^^^^^^^ GIL101 already-racy


def run_stages(count):
    threads = []
    for number in range(count):
        thread = threading.Thread(target=stage, args=(number,))
        thread.start()
        threads.append(thread)
    for thread in threads:
        thread.join()


def drive():
    run_stages(3)
