"""The lock belongs to the class, like the counter; it is reached through self."""
import threading


class Session:
    opened = 0
    _lock = threading.Lock()

    def __init__(self, user):
        self.user = user

    def open(self):
        with self._lock:
            Session.opened += 1


def login(user):
    for _ in range(50):
        Session(user).open()


def drive():
    threads = [threading.Thread(target=login, args=(f"user{n}",)) for n in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
