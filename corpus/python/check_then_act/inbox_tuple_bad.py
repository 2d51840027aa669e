"""A missing entry is a tuple, but what is in the tuple can change and is lost."""

import threading

inboxes: dict[str, tuple[list[str], int]] = {}


def deliver(user: str, mail: str) -> None:
    if user not in inboxes:
#      ^^^^^^^^^^^^^^^^^^^ GIL102 gil-masked high
        inboxes[user] = ([], 0)
    inboxes[user][0].append(mail)


def post(user: str) -> None:
    for i in range(60):
        deliver(f"{user}{i}", "hello")


def drive() -> None:
    threads = [threading.Thread(target=post, args=("ann",)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
