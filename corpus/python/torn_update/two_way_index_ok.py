"""Writers and readers of the two dicts agree on an RLock, one through acquire."""

import threading


class Directory:
    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._ids: dict[str, int] = {"root": 0}
        self._names: dict[int, str] = {0: "root"}

    def enrol(self, name: str, number: int) -> None:
        self._lock.acquire()
        try:
            self._ids[name] = number
            self._names[number] = name
        finally:
            self._lock.release()

    def canonical(self, name: str) -> str:
        with self._lock:
            return self._names[self._ids[name]]


def enrol_all(directory: Directory) -> None:
    for number in range(80):
        directory.enrol("root", number)


def resolve(directory: Directory) -> None:
    for _ in range(80):
        directory.canonical("root")


def drive() -> None:
    directory = Directory()
    threads = [
        threading.Thread(target=enrol_all, args=(directory,)),
        threading.Thread(target=resolve, args=(directory,)),
        threading.Thread(target=resolve, args=(directory,)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
