"""A singleton metaclass: its state is shared by all classes and threads."""
import threading


class Singleton(type):
    _instances = {}

    def __call__(cls, *args):
        if cls not in Singleton._instances:
#          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ GIL102 already-racy
            Singleton._instances[cls] = super().__call__(*args)
        return Singleton._instances[cls]


class Database(metaclass=Singleton):
    def __init__(self, url):
        self.url = url


def connect(seen):
    for _ in range(40):
        seen.append(Database("sqlite://"))


def drive():
    seen = []
    threads = [threading.Thread(target=connect, args=(seen,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
