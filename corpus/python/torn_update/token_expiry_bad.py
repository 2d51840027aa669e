"""A token and its expiry are stored with a call to the clock between the two."""

import threading
import time


class Credentials:
    def __init__(self) -> None:
        self.token = "token-0"
        self.expires = 0.0

    def renew(self, serial: int) -> None:
        self.token = f"token-{serial}"
#       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ GIL104 already-racy
        self.expires = time.monotonic() + 30.0

    def header(self) -> tuple[str, float]:
        return self.token, self.expires


def renewer(credentials: Credentials) -> None:
    for serial in range(80):
        credentials.renew(serial)


def requester(credentials: Credentials) -> None:
    for _ in range(80):
        credentials.header()


def drive() -> None:
    credentials = Credentials()
    threads = [
        threading.Thread(target=renewer, args=(credentials,)),
        threading.Thread(target=requester, args=(credentials,)),
        threading.Thread(target=requester, args=(credentials,)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
