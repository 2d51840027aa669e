"""A metaclass keeps one instance per class in a dict that all classes share."""
# gilcheck-corpus: assume=threaded

import threading


class Singleton(type):
    _instances: dict[type, object] = {}

    def __call__(cls, *args: object) -> object:
        if cls not in cls._instances:
#          ^^^^^^^^^^^^^^^^^^^^^^^^^ GIL102 already-racy
            cls._instances[cls] = super().__call__(*args)
        return cls._instances[cls]


class Settings(metaclass=Singleton):
    def __init__(self) -> None:
        self.values: dict[str, str] = {}


def read_settings(count: int) -> None:
    for _ in range(count):
        Settings()


def drive() -> None:
    threads = [threading.Thread(target=read_settings, args=(40,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
