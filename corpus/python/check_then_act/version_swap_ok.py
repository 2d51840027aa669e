"""The same compare-and-set with the lock held over __eq__ and the store."""

import threading


class Version:
    def __init__(self, number: int) -> None:
        self.number = number

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Version) and self.number == other.number


class Document:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._version = Version(0)

    def commit(self, expected: Version, new: Version) -> bool:
        with self._lock:
            if self._version == expected:
                self._version = new
                return True
        return False


def edit(document: Document) -> None:
    for number in range(60):
        document.commit(Version(number), Version(number + 1))


def drive() -> None:
    document = Document()
    threads = [threading.Thread(target=edit, args=(document,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
