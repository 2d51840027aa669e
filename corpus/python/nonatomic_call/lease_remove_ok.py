"""The same __eq__, with grant and revoke under one lock."""
import threading


class Lease:
    def __init__(self, resource):
        self.resource = resource

    def __eq__(self, other):
        return isinstance(other, Lease) and self.resource == other.resource


class LeaseBook:
    def __init__(self):
        self._lock = threading.Lock()
        self._leases: list[Lease] = []

    def grant(self, resource):
        with self._lock:
            self._leases.append(Lease(resource))

    def revoke(self, resource):
        with self._lock:
            self._leases.remove(Lease(resource))


def cycle(book, name):
    for number in range(40):
        book.grant(f"{name}{number}")
        book.revoke(f"{name}{number}")


def drive():
    book = LeaseBook()
    threads = [
        threading.Thread(target=cycle, args=(book, name))
        for name in ("a", "b", "c")
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
