"""A consumer waits in a loop until there is mail, then pops without a lock."""

import threading
import time


class Inbox:
    def __init__(self) -> None:
        self._mail: list[str] = []

    def put(self, letter: str) -> None:
        self._mail.append(letter)

    def take(self) -> str:
        while not self._mail:
#                 ^^^^^^^^^^ GIL102 gil-masked
            time.sleep(0)
        return self._mail.pop()


def deliver(inbox: Inbox) -> None:
    for i in range(40):
        inbox.put(f"letter {i}")


def collect(inbox: Inbox) -> None:
    for _ in range(20):
        inbox.take()


def drive() -> None:
    inbox = Inbox()
    threads = [
        threading.Thread(target=collect, args=(inbox,)),
        threading.Thread(target=collect, args=(inbox,)),
        threading.Thread(target=deliver, args=(inbox,)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
