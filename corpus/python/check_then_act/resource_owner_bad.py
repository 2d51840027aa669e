"""A claim is granted when get() finds no owner; get() ends before the store."""

import threading


class Claims:
    def __init__(self) -> None:
        self._owners: dict[str, str] = {}

    def claim(self, resource: str, who: str) -> bool:
        if self._owners.get(resource) is None:
#          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ GIL102 already-racy
            self._owners[resource] = who
            return True
        return False


def bid(claims: Claims, who: str) -> None:
    for i in range(60):
        claims.claim(f"resource{i}", who)


def drive() -> None:
    claims = Claims()
    threads = [
        threading.Thread(target=bid, args=(claims, who)) for who in ("ann", "bob", "cy")
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
