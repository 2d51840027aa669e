"""The writer fills a new dict and publishes it; the reader takes one reference."""

import threading


class LoginState:
    def __init__(self) -> None:
        self._state: dict[str, str] = {"user": "guest", "role": "none"}

    def switch(self, user: str, role: str) -> None:
        state: dict[str, str] = {}
        state["user"] = user
        state["role"] = role
        self._state = state

    def badge(self) -> tuple[str, str]:
        state = self._state
        return state["user"], state["role"]


def switch_often(state: LoginState) -> None:
    for _ in range(40):
        state.switch("root", "admin")
        state.switch("ada", "user")


def show(state: LoginState) -> None:
    for _ in range(80):
        state.badge()


def drive() -> None:
    state = LoginState()
    threads = [
        threading.Thread(target=switch_often, args=(state,)),
        threading.Thread(target=show, args=(state,)),
        threading.Thread(target=show, args=(state,)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
