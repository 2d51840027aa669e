"""A token is made on first use: immutable, but no two that are made are equal."""

import threading
import uuid


class Session:
    def __init__(self) -> None:
        self._token: str | None = None
        self._marker = None

    def token(self) -> str:
        if self._token is None:
#          ^^^^^^^^^^^^^^^^^^^ GIL103 already-racy medium
            self._token = str(uuid.uuid4())
        return self._token

    def marker(self) -> object:
        if self._marker is None:
#          ^^^^^^^^^^^^^^^^^^^^ GIL103 already-racy high
            self._marker = object()
        return self._marker


def sign(session: Session) -> None:
    for _ in range(60):
        session.token()
        session.marker()


def drive() -> None:
    session = Session()
    threads = [threading.Thread(target=sign, args=(session,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
