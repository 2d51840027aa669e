"""Only one thread at a time adds: each is joined before the next is started."""
import threading

import tally

votes = tally.Tally()


def vote():
    for _ in range(100):
        votes.add(1)


def drive():
    votes.add(1)
    for _ in range(3):
        thread = threading.Thread(target=vote)
        thread.start()
        thread.join()
    votes.add(1)
