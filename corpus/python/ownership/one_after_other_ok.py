"""Each stage is joined before the next one is started."""
import threading

_pages = {}


def stage(number):
    for page in range(50):
        _pages[page] = _pages.get(page, 0) + number


def run_stages(count):
    for number in range(count):
        thread = threading.Thread(target=stage, args=(number,))
        thread.start()
        thread.join()


def drive():
    run_stages(3)
