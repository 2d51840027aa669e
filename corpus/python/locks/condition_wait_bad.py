"""The consumer waits on the condition, leaves the with block and pops afterwards."""
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
#                     ^^^^^^^^^^^ GIL102 already-racy
                if not self._changed.wait(timeout=0.05):
                    return None
        return self._items.pop()


def produce(mailbox):
    for number in range(40):
        mailbox.put(number)


def consume(mailbox):
    for _ in range(15):
        try:
            mailbox.get()
        except IndexError:
            pass


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
