"""A child updates its parent's total under the child's lock, not the parent's."""

import threading


class Root:
    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.used = 0

    def reserve(self, units: int) -> None:
        with self.lock:
            self.used += units


class Tenant:
    def __init__(self, parent: Root) -> None:
        self.lock = threading.Lock()
        self.parent = parent
        self.own = 0

    def reserve(self, units: int) -> None:
        with self.lock:
            self.own += units
            self.parent.used += units
#           ^^^^^^^^^^^^^^^^^^^^^^^^^ GIL101 gil-masked


def fill(tenant: Tenant) -> None:
    for _ in range(80):
        tenant.reserve(1)


def overhead(root: Root) -> None:
    for _ in range(80):
        root.reserve(2)


def drive() -> None:
    root = Root()
    threads = [
        threading.Thread(target=fill, args=(Tenant(root),)),
        threading.Thread(target=fill, args=(Tenant(root),)),
        threading.Thread(target=overhead, args=(root,)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
