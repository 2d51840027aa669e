"""list.remove() calls a Python __eq__, and may delete at a stale index."""
import threading


class Lease:
    def __init__(self, resource):
        self.resource = resource

    def __eq__(self, other):
        return isinstance(other, Lease) and self.resource == other.resource


class LeaseBook:
    def __init__(self):
        self._leases: list[Lease] = []

    def grant(self, resource):
        self._leases.append(Lease(resource))

    def revoke(self, resource):
        self._leases.remove(Lease(resource))
#       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ GIL107 already-racy


def cycle(book, name):
    for number in range(40):
        book.grant(f"{name}{number}")
        try:
            book.revoke(f"{name}{number}")
        except ValueError:
            pass


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
