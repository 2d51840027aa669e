"""setdefault grants the claim and tells the owner, both in one step."""

import threading


class Claims:
    def __init__(self) -> None:
        self._owners: dict[str, str] = {}

    def claim(self, resource: str, who: str) -> bool:
        return self._owners.setdefault(resource, who) == who


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
