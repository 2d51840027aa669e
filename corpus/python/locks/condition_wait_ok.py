"""The consumer waits and pops inside one with block of the condition's own lock."""
import threading


class Mailbox:
    def __init__(self):
        self._changed = threading.Condition()
        self._items = []

    def put(self, item):
        with self._changed:
            self._items.append(item)
            self._changed.notify_all()

    def get(self):
        with self._changed:
            while not self._items:
                if not self._changed.wait(timeout=0.05):
                    return None
            return self._items.pop()


def produce(mailbox):
    for number in range(40):
        mailbox.put(number)


def consume(mailbox):
    for _ in range(15):
        mailbox.get()


def drive():
    mailbox = Mailbox()
    threads = [
        threading.Thread(target=produce, args=(mailbox,)),
        threading.Thread(target=consume, args=(mailbox,)),
        threading.Thread(target=consume, args=(mailbox,)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
