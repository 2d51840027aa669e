"""Threads add to one object that comes through a package."""
import threading

import tally

votes = tally.Tally()


def vote():
    for _ in range(100):
        votes.add(1)
#       ^^^^^^^^^ GIL107 gil-masked


def drive():
    threads = [threading.Thread(target=vote) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
