"""wait() gives up the lock, but the loop tests again with it held before the pop."""

import threading


class Inbox:
    def __init__(self) -> None:
        self._arrived = threading.Condition()
        self._mail: list[str] = []

    def put(self, letter: str) -> None:
        with self._arrived:
            self._mail.append(letter)
            self._arrived.notify()

    def take(self) -> str:
        with self._arrived:
            while not self._mail:
                self._arrived.wait()
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
