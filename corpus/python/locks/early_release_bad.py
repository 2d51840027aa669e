"""acquire, look, release, and only then act."""
import threading


class Outbox:
    def __init__(self):
        self._lock = threading.Lock()
        self._mails = [f"mail {number}" for number in range(60)]

    def take(self):
        self._lock.acquire()
        waiting = len(self._mails)
#                 ^^^^^^^^^^^^^^^^ GIL102 already-racy
        self._lock.release()
        if waiting:
            return self._mails.pop()
        return None


def deliver(outbox):
    for _ in range(40):
        try:
            outbox.take()
        except IndexError:
            pass


def drive():
    outbox = Outbox()
    threads = [threading.Thread(target=deliver, args=(outbox,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
