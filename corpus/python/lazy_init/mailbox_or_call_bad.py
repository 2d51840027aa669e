"""`x = x or f()` with a Python call: the call runs between the test and the store."""

import threading


class Mailbox:
    def __init__(self) -> None:
        self.letters: list[str] = []


class User:
    def __init__(self) -> None:
        self._mailbox: Mailbox | None = None

    def mailbox(self) -> Mailbox:
        self._mailbox = self._mailbox or Mailbox()
#                       ^^^^^^^^^^^^^ GIL103 already-racy
        return self._mailbox


def write_letters(user: User) -> None:
    for i in range(40):
        user.mailbox().letters.append(f"letter {i}")


def drive() -> None:
    user = User()
    threads = [threading.Thread(target=write_letters, args=(user,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
