"""Page views counted in what two star imports leave under one name."""
import threading

from plain import *
from guarded import *


def visit():
    for number in range(LIMIT):
        totals.add(f"/page/{number % 5}")


def drive():
    threads = [threading.Thread(target=visit) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
