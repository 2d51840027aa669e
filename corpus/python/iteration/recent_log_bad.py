"""A log viewer filters a bounded deque with a comprehension while records arrive."""
import collections
import threading


class RecentLog:
    def __init__(self, limit):
        self._records = collections.deque(maxlen=limit)

    def write(self, level, text):
        self._records.append((level, text))

    def at_least(self, wanted):
        return [text for level, text in self._records if level >= wanted]
#                                       ^^^^^^^^^^^^^ GIL105 already-racy


def log_many(log, level):
    for number in range(80):
        log.write(level, f"message {number}")


def view(log):
    for _ in range(20):
        try:
            log.at_least(20)
        except RuntimeError:
            pass


def drive():
    log = RecentLog(32)
    threads = [
        threading.Thread(target=log_many, args=(log, 10)),
        threading.Thread(target=log_many, args=(log, 30)),
        threading.Thread(target=view, args=(log,)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
