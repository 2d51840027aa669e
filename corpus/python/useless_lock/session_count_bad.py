"""Each session has a lock of its own, the counter belongs to the class."""
import threading


class Session:
    opened = 0

    def __init__(self, user):
        self.user = user
        self._lock = threading.Lock()

    def open(self):
        with self._lock:
            Session.opened += 1
#           ^^^^^^^^^^^^^^^^^^^ GIL204 gil-masked


def login(user):
    for _ in range(50):
        Session(user).open()


def drive():
    threads = [threading.Thread(target=login, args=(f"user{n}",)) for n in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
