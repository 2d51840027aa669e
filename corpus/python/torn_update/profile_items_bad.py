"""Two items of one dict belong together: a user and the role of that user."""

import threading


class LoginState:
    def __init__(self) -> None:
        self._state: dict[str, str] = {"user": "guest", "role": "none"}

    def switch(self, user: str, role: str) -> None:
        self._state["user"] = user
#       ^^^^^^^^^^^^^^^^^^^^^^^^^^ GIL104 gil-masked
        self._state["role"] = role

    def badge(self) -> tuple[str, str]:
        return self._state["user"], self._state["role"]


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
