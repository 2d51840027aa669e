"""acquire, try, finally, release around both the look and the act."""
import threading


class Outbox:
    def __init__(self):
        self._lock = threading.Lock()
        self._mails = [f"mail {number}" for number in range(60)]

    def take(self):
        self._lock.acquire()
        try:
            waiting = len(self._mails)
            if waiting:
                return self._mails.pop()
            return None
        finally:
            self._lock.release()


def deliver(outbox):
    for _ in range(40):
        outbox.take()


def drive():
    outbox = Outbox()
    threads = [threading.Thread(target=deliver, args=(outbox,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
