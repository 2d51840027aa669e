"""The viewer copies the deque under the writers' lock and filters the copy."""
import collections
import threading


class RecentLog:
    def __init__(self, limit):
        self._lock = threading.Lock()
        self._records = collections.deque(maxlen=limit)

    def write(self, level, text):
        with self._lock:
            self._records.append((level, text))

    def at_least(self, wanted):
        with self._lock:
            records = list(self._records)
        return [text for level, text in records if level >= wanted]


def log_many(log, level):
    for number in range(80):
        log.write(level, f"message {number}")


def view(log):
    for _ in range(20):
        log.at_least(20)


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
