"""Renders count on a copy of the shared profile."""
import copy
import threading


class Profile:
    def __init__(self) -> None:
        self.visits = 0
        self.theme = "dark"


DEFAULT = Profile()


def render(number: int) -> str:
    profile = copy.copy(DEFAULT)
    profile.visits += 1
    return f"{number} {profile.theme} {profile.visits}"


def serve(first: int) -> None:
    for number in range(first, first + 60):
        render(number)


def drive() -> None:
    threads = [threading.Thread(target=serve, args=(i * 60,)) for i in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
