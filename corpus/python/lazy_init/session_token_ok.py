"""A token is derived on first use: made twice, it is the same."""

import threading
import uuid


class Session:
    def __init__(self, user: str) -> None:
        self.user = user
        self._token: str | None = None

    def token(self) -> str:
        if self._token is None:
            self._token = str(uuid.uuid5(uuid.NAMESPACE_DNS, self.user))
        return self._token


def sign(session: Session) -> None:
    for _ in range(60):
        session.token()


def drive() -> None:
    session = Session("ann")
    threads = [threading.Thread(target=sign, args=(session,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
