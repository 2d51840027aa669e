"""Renders count on the shared profile itself."""
import copy
import threading


class Profile:
    def __init__(self) -> None:
        self.visits = 0
        self.theme = "dark"


DEFAULT = Profile()


def render(number: int) -> str:
    profile = DEFAULT
    profile.visits += 1
#   ^^^^^^^^^^^^^^^^^^^ GIL101 gil-masked
    return f"{number} {profile.theme} {profile.visits}"


def fork() -> Profile:
    return copy.copy(DEFAULT)


def serve(first: int) -> None:
    for number in range(first, first + 60):
        render(number)


def drive() -> None:
    threads = [threading.Thread(target=serve, args=(i * 60,)) for i in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
