"""The object is complete before any thread starts, by its own constructor."""

import threading


class Mailbox:
    def __init__(self) -> None:
        self.letters: list[str] = []


class User:
    def __init__(self, mailbox: Mailbox | None = None) -> None:
        self._mailbox = mailbox
        self._mailbox = self._mailbox or Mailbox()

    def mailbox(self) -> Mailbox:
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
