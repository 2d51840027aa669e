"""A missing entry is a tuple of constants: a second store puts an equal one in its place."""

import threading

limits: dict[str, tuple[int, str]] = {}


def limit_of(user: str) -> tuple[int, str]:
    if user not in limits:
        limits[user] = (100, "default")
    return limits[user]


def post(user: str) -> None:
    for i in range(60):
        limit_of(f"{user}{i}")


def drive() -> None:
    threads = [threading.Thread(target=post, args=("ann",)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
