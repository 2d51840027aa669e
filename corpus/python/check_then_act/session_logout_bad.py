"""A session store deletes a token after testing that it is there."""

import threading


class SessionStore:
    def __init__(self) -> None:
        self._users: dict[str, str] = {}

    def login(self, token: str, user: str) -> None:
        self._users[token] = user

    def logout(self, token: str) -> None:
        if token in self._users:
#          ^^^^^^^^^^^^^^^^^^^^ GIL102 gil-masked high
            del self._users[token]


def visit(store: SessionStore) -> None:
    for i in range(60):
        store.login(f"token{i}", "ada")
        store.logout(f"token{i}")


def drive() -> None:
    store = SessionStore()
    threads = [threading.Thread(target=visit, args=(store,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
