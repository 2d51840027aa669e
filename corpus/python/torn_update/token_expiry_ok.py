"""The two stores and the two reads happen under one lock."""

import threading
import time


class Credentials:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.token = "token-0"
        self.expires = 0.0

    def renew(self, serial: int) -> None:
        with self._lock:
            self.token = f"token-{serial}"
            self.expires = time.monotonic() + 30.0

    def header(self) -> tuple[str, float]:
        with self._lock:
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
