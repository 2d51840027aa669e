"""A link calls its peer after an `is not None` test, while another thread drops it."""

import threading


class Peer:
    def __init__(self) -> None:
        self.inbox: list[str] = []

    def deliver(self, message: str) -> None:
        self.inbox.append(message)


class Link:
    def __init__(self, peer: Peer) -> None:
        self._peer: Peer | None = peer

    def send(self, message: str) -> None:
        if self._peer is not None:
#          ^^^^^^^^^^^^^^^^^^^^^^ GIL102 gil-masked
            self._peer.deliver(message)

    def drop(self) -> None:
        self._peer = None


def talk(link: Link) -> None:
    for i in range(60):
        link.send(f"message {i}")


def drive() -> None:
    link = Link(Peer())
    threads = [
        threading.Thread(target=talk, args=(link,)),
        threading.Thread(target=talk, args=(link,)),
        threading.Thread(target=link.drop),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
